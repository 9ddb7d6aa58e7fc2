"""The table of all cases: which columns it has and how each is written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from hilbench.report.numbers import MISSING, exists, integer, significant
from hilbench.report.selection import spoken

_AXES = {
    "variant": "variant",
    "tuning": "tuning",
    "dtype": "type",
    "toolchain": "toolchain",
    "flags": "flags",
    "placement": "placement",
}
"""Columns shown only when a run varies them, with their headings."""
_BASIS = "how the standard's cost was found (results.csv names its rows), or which variant is better"
_NAMED_ROWS = re.compile(r" \([^)]*\)")


@dataclass(frozen=True)
class Column:
    """One column of the table.

    Attributes:
        write: a row's cell; every cell of a numeric column is a number or a dash.
        hint: what the heading means, where that is not plain.
        extra: shown only when all columns are asked for.
    """

    name: str
    write: Callable[[pd.Series], str]
    numeric: bool = True
    hint: str = ""
    extra: bool = False

    @property
    def style(self) -> str:
        """Classes of its cells."""
        return " ".join(name for name, holds in (("number", self.numeric), ("extra", self.extra)) if holds)


def columns(frame: pd.DataFrame) -> list[Column]:
    """The columns for `frame`; energy and what does not vary are left out."""
    energy = frame["energy_uj"].notna().any()
    return [
        Column("operator", lambda row: spoken(row["operator"]), numeric=False),
        Column("shape", shape_cell, numeric=False, hint="height × width × channels, in → out"),
        Column(
            "kernel",
            kernel_cell,
            numeric=False,
            hint="size, s stride, d dilation, g groups, fused activation",
        ),
        _count("cycles", "cycles_median", "median of warm runs"),
        Column("95 %", _interval, numeric=False, hint="interval of the median of the cycles", extra=True),
        *(
            Column(heading, partial(_text, name), numeric=False)
            for name, heading in _AXES.items()
            if frame[name].nunique() > 1
        ),
        _count("MAC", "macs", "multiply-accumulates; element operations where there are no weights"),
        Column("±", _deviation, hint="median absolute deviation of the cycles", extra=True),
        *(
            [_number("layout %", "layout_spread_pct", "how far cycles in several layouts lie apart")]
            if frame["layout_spread_pct"].notna().any()
            else ()
        ),
        _count(
            "cold", "cycles_cold", "cycles of the first run after the caches were invalidated", extra=True
        ),
        _number("µs", "latency_us", "median latency"),
        _number("MAC/cycle", "mac_per_cycle"),
        *(
            [_number("insn/MAC", "insn_per_mac", "instructions of a run by MAC", extra=True)]
            if frame["insn_per_mac"].notna().any()
            else ()
        ),
        *(_energy_columns(frame) if energy else ()),
        _number("η time", "eta_latency", "against a standard convolution of as many MACs"),
        Column("η basis", _basis, numeric=False, hint=_BASIS, extra=True),
        _count("code B", "code_bytes"),
        _count("weights B", "weight_bytes", extra=True),
        _count(
            "constants B", "constant_bytes", "packed weights, tables, requantisation constants", extra=True
        ),
        _count("scratch B", "scratch_bytes", "RAM that the variant works in", extra=True),
        _count("stack B", "stack_bytes", extra=True),
        Column("status", lambda row: row["status"].replace("_", " "), numeric=False),
    ]


def _energy_columns(frame: pd.DataFrame) -> tuple[Column, ...]:
    stated = frame["energy_uncertainty_pct"].notna().any()
    return (
        _number("µJ", "energy_uj", "energy of a run, idle included"),
        *([Column("± %", _sureness, hint="uncertainty of a row's energies", extra=True)] if stated else []),
        _number("nJ/MAC", "nj_per_mac"),
        _number("GOPS/W", "gops_per_w", "1 MAC = 2 operations", extra=True),
        _number("η energy", "eta_energy", "against a standard convolution of as many MACs"),
    )


def _count(name: str, source: str, hint: str = "", *, extra: bool = False) -> Column:
    return Column(name, lambda row: integer(row[source]), hint=hint, extra=extra)


def _number(name: str, source: str, hint: str = "", *, extra: bool = False) -> Column:
    return Column(name, lambda row: significant(row[source]), hint=hint, extra=extra)


def _text(source: str, row: pd.Series) -> str:
    value: Any = row[source]
    return str(value) if exists(value) else MISSING


def _basis(row: pd.Series) -> str:
    return _NAMED_ROWS.sub("", row["eta_basis"]) or MISSING


def _deviation(row: pd.Series) -> str:
    return f"{row['cycles_mad']:g}" if exists(row["cycles_mad"]) else MISSING


def _interval(row: pd.Series) -> str:
    if not exists(row["cycles_ci_low"]):
        return MISSING
    return f"{integer(row['cycles_ci_low'])} to {integer(row['cycles_ci_high'])}"


def _sureness(row: pd.Series) -> str:
    percent = row["energy_uncertainty_pct"]
    return f"{percent:g}" if exists(percent) else MISSING


def shape_cell(row: pd.Series) -> str:
    """Shapes of a row's input and output."""
    into, out = ("×".join(str(row[f"{side}_{axis}"]) for axis in "hwc") for side in ("in", "out"))
    return f"{into} → {out}"


def kernel_cell(row: pd.Series) -> str:
    """Window of a row, and what else is computed with it."""
    extras = [
        f"{tag}{row[name]}"
        for tag, name in (("s", "stride"), ("d", "dilation"), ("g", "groups"))
        if row[name] != 1
    ]
    fused = [row["activation"]] if row["activation"] not in ("none", "") else []
    size = (row["kernel_h"], row["kernel_w"])
    window = [] if size == (1, 1) and not row["weight_bytes"] else ["{}×{}".format(*size)]
    return " ".join([*window, *extras, *fused]) or MISSING
