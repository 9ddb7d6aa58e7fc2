"""Identity of rows: the columns that make two of them the same case, and those that make them comparable."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

SHAPE = (
    "operator",
    "dtype",
    "in_h",
    "in_w",
    "in_c",
    "out_h",
    "out_w",
    "out_c",
    "kernel_h",
    "kernel_w",
    "stride",
    "dilation",
    "groups",
    "activation",
)
"""Columns that say what is computed."""

IMPLEMENTATION = ("variant", "tuning")
"""Columns that say which kernel computes it."""

CONDITIONS = (
    "board",
    "provenance",
    "predictor",
    "chip",
    "clock_hz",
    "toolchain",
    "flags",
    "placement",
    "cache",
)
"""Columns that say how that is built, and on what it runs."""

SETUP_COLUMNS = (*CONDITIONS[:5], *IMPLEMENTATION, *CONDITIONS[5:])
"""Columns that a sweep may vary apart from what is computed."""


def problem_columns(*frames: pd.DataFrame) -> tuple[str, ...]:
    """Columns that say which problem a row is: its digest, or its shape where a file has no digests."""
    if all((frame["problem"] != "").all() for frame in frames):
        return ("problem",)
    padded = all((frame["padding"] != "").all() for frame in frames)
    return (*SHAPE, "padding") if padded else SHAPE


def problems(frame: pd.DataFrame) -> pd.Series:
    """Computation of each row of one run, as text that other problems do not have.

    Where a file has no digests, rows that agree in all that it says count as problems of their own.
    """
    columns = problem_columns(frame)
    if columns == ("problem",):
        return frame["problem"]
    twins = frame.groupby([*columns, *SETUP_COLUMNS], dropna=False).cumcount().astype(str)
    return frame[[*columns]].astype(str).agg(" ".join, axis=1) + " " + twins


def telling(frame: pd.DataFrame, problem: Sequence[str]) -> tuple[str, ...]:
    """Columns of `SETUP_COLUMNS` that tell rows of one problem apart.

    Args:
        frame: rows of one run.
        problem: columns that say which problem a row is.
    """
    # An empty cell says nothing; of a tuning it says that there is none.
    known = frame.assign(
        **{name: frame[name].replace("", pd.NA) for name in SETUP_COLUMNS if name != "tuning"}
    )
    counts = known.groupby([*problem], dropna=False)[[*SETUP_COLUMNS]].nunique()
    return tuple(name for name in SETUP_COLUMNS if (counts[name] > 1).any())


def varying(frame: pd.DataFrame) -> tuple[str, ...]:
    """Columns of `SETUP_COLUMNS` that take more than one value among the rows that ran."""
    ran = frame[frame["status"] == "ok"]
    return tuple(name for name in SETUP_COLUMNS if ran[name].nunique(dropna=True) > 1)


def settings(frame: pd.DataFrame) -> pd.Series:
    """Data type and `CONDITIONS` of each row in words, as far as they vary in `frame`."""
    conditions = [name for name in varying(frame) if name in CONDITIONS]
    distinct = [name for name in ("dtype", *conditions) if frame[name].nunique() > 1]
    if not distinct:
        return pd.Series("", index=frame.index)
    return frame[distinct].astype(str).agg(" · ".join, axis=1)


def kernel_label(row: pd.Series) -> str:
    """The variant of a row, and its tuning where there is any."""
    return " ".join(filter(None, (row["variant"], row["tuning"])))


def network_name(row: pd.Series) -> str:
    """Name of a row's network."""
    return str(row["label"]).removeprefix("network ").removesuffix(f" {kernel_label(row)}")


def describe(row: pd.Series) -> str:
    """Computation of a row, in the words of `OperatorCase.label`."""
    return f"{row['operator']} {describe_shape(row)} {row['dtype']}"


def describe_shape(row: pd.Series) -> str:
    """Shape, window, padding and fused activation of a row, from its label where it has one."""
    if label := str(row["label"]):
        rest = label.removeprefix(f"{row['operator']} ")
        return rest.removesuffix(f" {row['dtype']} {kernel_label(row)}")
    parts = [f"{row['in_h']}x{row['in_w']}x{row['in_c']}->{row['out_c']}"]
    if (row["kernel_h"], row["kernel_w"]) != (1, 1):
        parts.append(f"k{row['kernel_h']}x{row['kernel_w']}")
    parts += [
        f"{tag}{row[name]}"
        for tag, name in (("s", "stride"), ("d", "dilation"), ("g", "groups"))
        if row[name] != 1
    ]
    parts += [row["padding"], row["activation"] if row["activation"] != "none" else ""]
    return " ".join(filter(None, parts))
