"""Winning variant of each shape, and its cost."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hilbench.efficiency import Contest, contests, implementation
from hilbench.report.ledgers.ledger import Heading, Ledger
from hilbench.report.numbers import integer, significant
from hilbench.report.selection import spoken_case

_CAPTION = (
    "The variant with the fewest cycles of those that ran, and what it takes: scratch beside inputs and "
    "output, RAM with them, code and constants in flash."
)


def variants(frame: pd.DataFrame) -> Ledger | None:
    """A row for each shape that several variants computed; None where there is none."""
    found = contests(frame)
    if not found:
        return None
    swept = any(contest.configuration for contest in found)
    headings = (
        Heading("case", numeric=False),
        *([Heading("built by", numeric=False)] if swept else []),
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
    rows = tuple(_cells(contest, swept=swept) for contest in found)
    return Ledger("variants", "Which variant won", _CAPTION, headings, rows)


def _cells(contest: Contest, *, swept: bool) -> tuple[str, ...]:
    row = contest.winner
    sizes: Sequence[str] = ("scratch_bytes", "ram_bytes", "code_bytes", "constant_bytes")
    return (
        spoken_case(contest.case),
        *([contest.configuration] if swept else []),
        implementation(row),
        integer(row["cycles_median"]),
        significant(contest.lead),
        implementation(contest.rows[1]),
        significant(row["insn_per_mac"]),
        *(integer(row[name]) for name in sizes),
    )
