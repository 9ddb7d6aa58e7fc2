"""Printed efficiencies of operators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from hilbench.analysis import STANDARD
from hilbench.cli._console import print_table, table_console

if TYPE_CHECKING:
    from hilbench.analysis import OperatorEfficiency, Spread


def print_efficiencies(efficiencies: Sequence[OperatorEfficiency]) -> None:
    """Print median, range and count of η for each operator; nothing where only the standard has one."""
    if {each.operator for each in efficiencies} <= {STANDARD}:
        return
    metrics = [name for name in ("latency", "energy") if any(getattr(each, name) for each in efficiencies)]
    varied = any(each.setting for each in efficiencies)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1))
    table.add_column("operator")
    if varied:
        table.add_column("setting")
    for metric in metrics:
        for name in (f"η {metric}", "range", "n"):
            table.add_column(name, justify="right", no_wrap=True)
    for each in efficiencies:
        cells = (cell for metric in metrics for cell in _cells(getattr(each, metric)))
        table.add_row(each.operator, *([each.setting] if varied else []), *cells)
    console = table_console()
    console.print(
        "η at equal MACs, a standard convolution's cost by the operator's: median and range of best variants"
    )
    print_table(console, table)


def _cells(spread: Spread | None) -> tuple[str, str, str]:
    if spread is None:
        return "–", "–", "0"
    return f"{spread.median:.2f}", f"{spread.low:.2f}–{spread.high:.2f}", str(spread.count)
