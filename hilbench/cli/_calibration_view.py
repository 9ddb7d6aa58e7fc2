"""Tables of parameters and errors that `hilbench calibrate` prints."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from hilbench.calibration.document import Calibration, FigureError
from hilbench.cli._console import print_table
from hilbench.provenance import Provenance


def show(calibration: Calibration, console: Console) -> None:
    """Print parameters and errors as tables."""
    parameters = Table("parameter", box=None)
    for heading in ("default", "fitted", "standard error"):
        parameters.add_column(heading, justify="right")
    parameters.add_column("")
    for name, parameter in calibration.parameters.items():
        figures = (parameter.default, parameter.value, parameter.standard_error)
        cells = ("" if figure is None else f"{figure:.5g}" for figure in figures)
        remark = "" if parameter.identified else "not identified"
        parameters.add_row(name, *cells, remark, style=None if parameter.identified else "yellow")
    print_table(console, parameters)
    console.print()
    print_table(console, _errors(calibration))
    if calibration.provenance is Provenance.EMULATED:
        console.print(
            "The measurements were EMULATED: this calibrates one emulated board to another.",
            style="bold yellow",
            soft_wrap=True,
        )


def _errors(calibration: Calibration) -> Table:
    """A row a case, a column a quantity: error before and after the fit."""
    quantities = tuple(dict.fromkeys(row.quantity for row in calibration.residuals))
    table = Table("error, % (before > after)", "", box=None)
    for quantity in quantities:
        table.add_column(quantity, justify="right", no_wrap=True)
    for title, rows in (("micro-kernels", calibration.residuals), ("held out", calibration.held_out)):
        by_case: dict[tuple[str, str], dict[str, FigureError]] = {}
        for row in rows:
            by_case.setdefault((row.case, row.placement), {})[row.quantity] = row
        table.add_section()
        table.add_row(title, style="bold")
        for (case, placement), found in by_case.items():
            table.add_row(
                case, placement, *(_cell([found[each]] if each in found else []) for each in quantities)
            )
        means = (_cell([found[each] for found in by_case.values() if each in found]) for each in quantities)
        table.add_row("mean magnitude", "", *means, style="bold")
    return table


def _cell(errors: Sequence[FigureError]) -> str:
    """One error, or the mean magnitude of several."""
    if not errors:
        return ""
    if len(errors) == 1:
        return f"{errors[0].before:+.2f} > {errors[0].after:+.2f}"
    before, after = (
        sum(map(abs, each)) / len(errors) for each in zip(*((e.before, e.after) for e in errors), strict=True)
    )
    return f"{before:.2f} > {after:.2f}"
