"""What makes two rows the same case, and what makes them comparable."""

from __future__ import annotations

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

SETUP = ("board", "provenance", "chip", "clock_hz", "variant", "toolchain", "flags", "placement", "cache")
"""Columns that say how and on what it is computed; a sweep may vary any of them."""


def swept(frame: pd.DataFrame) -> tuple[str, ...]:
    """Those of `SETUP` that take more than one value among the rows that ran."""
    ran = frame[frame["status"] == "ok"]
    return tuple(name for name in SETUP if ran[name].nunique(dropna=True) > 1)


def describe(row: pd.Series) -> str:
    """What a row computes, in the words of `OperatorCase.__str__`, from the columns that every CSV has."""
    parts = [f"{row['operator']} {row['in_h']}x{row['in_w']}x{row['in_c']}->{row['out_c']}"]
    if (row["kernel_h"], row["kernel_w"]) != (1, 1):
        parts.append(f"k{row['kernel_h']}x{row['kernel_w']}")
    parts += [
        f"{tag}{row[name]}"
        for tag, name in (("s", "stride"), ("d", "dilation"), ("g", "groups"))
        if row[name] != 1
    ]
    parts += [row["activation"]] if row["activation"] != "none" else []
    return " ".join([*parts, row["dtype"]])
