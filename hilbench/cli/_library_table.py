"""Printed comparison of kernels with a library's."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from hilbench.cli._console import print_table, table_console

if TYPE_CHECKING:
    from hilbench.analysis import LibraryComparison


def print_comparison(comparison: LibraryComparison) -> None:
    """Print a line a case, and then the geometric means of each kind."""
    console = table_console()
    console.print(f"against {comparison.library}: ratio is theirs by ours", highlight=False)
    print_table(console, _cases(comparison))
    console.print()
    print_table(console, _means(comparison))


def _cases(comparison: LibraryComparison) -> Table:
    table = _table("case", "variant")
    for name in (
        "insn/MAC",
        "ratio",
        "cycles/MAC",
        "ratio",
        "code B",
        "theirs",
        "constants B",
        "scratch B",
        "theirs",
    ):
        table.add_column(name, justify="right")
    for each in comparison.cases:
        table.add_row(
            each.case,
            each.configuration,
            *(_decimals(each.ours.insn_per_mac, 3), _decimals(each.insn_ratio, 2)),
            *(_decimals(each.ours.cycles_per_mac, 3), _decimals(each.cycles_ratio, 2)),
            *(
                _decimals(each.ours.code_bytes),
                _decimals(each.theirs.code_bytes),
                _decimals(each.constant_bytes),
            ),
            *(_decimals(each.ours.scratch_bytes), _decimals(each.theirs.scratch_bytes)),
        )
    return table


def _means(comparison: LibraryComparison) -> Table:
    table = _table("geometric mean", "variant")
    for name in ("cases", "insn/MAC", "ratio", "cycles/MAC", "ratio"):
        table.add_column(name, justify="right")
    for mean in comparison.means:
        table.add_row(
            mean.group,
            mean.configuration,
            str(mean.cases),
            *(_decimals(mean.insn_per_mac, 3), _decimals(mean.insn_ratio, 2)),
            *(_decimals(mean.cycles_per_mac, 3), _decimals(mean.cycles_ratio, 2)),
        )
    return table


def _table(*headings: str) -> Table:
    return Table(*headings, box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1))


def _decimals(value: float, digits: int = 0) -> str:
    return "–" if math.isnan(value) else f"{value:.{digits}f}"
