"""Winning variant of each shape, and its cost."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hilbench.analysis import VariantRanking, kernel_label, variant_rankings
from hilbench.report.numbers import integer, significant
from hilbench.report.selection import spoken_case
from hilbench.report.tables.table import Heading, Table

_CAPTION = (
    "The variant with the fewest cycles of those that ran, and what it takes: scratch beside inputs and "
    "output, RAM with them, code and constants in flash."
)


def variants(frame: pd.DataFrame) -> Table | None:
    """A row for each shape that several variants computed; None where there is none."""
    found = variant_rankings(frame)
    if not found:
        return None
    varying = any(ranking.configuration for ranking in found)
    headings = (
        Heading("case", numeric=False),
        *([Heading("built by", numeric=False)] if varying else []),
        Heading("won", numeric=False),
        Heading("cycles"),
        Heading("ahead", hint="cycles of the second by the winner's"),
        Heading("of", numeric=False, hint="the second"),
        Heading("insn/MAC"),
        Heading("scratch B"),
        Heading("RAM B", hint="inputs, output and scratch"),
        Heading("code B"),
        Heading("constants B", hint="packed weights, tables, requantisation constants"),
    )
    rows = tuple(_cells(ranking, varying=varying) for ranking in found)
    return Table("variants", "Which variant won", _CAPTION, headings, rows)


def _cells(ranking: VariantRanking, *, varying: bool) -> tuple[str, ...]:
    row = ranking.winner
    sizes: Sequence[str] = ("scratch_bytes", "ram_bytes", "code_bytes", "constant_bytes")
    return (
        spoken_case(ranking.case),
        *([ranking.configuration] if varying else []),
        kernel_label(row),
        integer(row["cycles_median"]),
        significant(ranking.lead),
        kernel_label(ranking.rows[1]),
        significant(row["insn_per_mac"]),
        *(integer(row[name]) for name in sizes),
    )
