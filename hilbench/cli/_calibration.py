"""How `hilbench calibrate` gets from rows to parameters, and how it tells of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from hilbench import __version__
from hilbench.build import Builder, Image, find_toolchain
from hilbench.calibration.adjust import adjust
from hilbench.calibration.document import Calibration, FigureError, FittedParameter
from hilbench.calibration.fit import Estimate, Vector
from hilbench.calibration.observations import GRID, OPERATORS, Observation, observations
from hilbench.cases.grids import load_grid
from hilbench.cases.registry import load_operators
from hilbench.chips import Chip, Placement
from hilbench.cli._twin import Twin
from hilbench.errors import ConfigError, MeasureError
from hilbench.provenance import Provenance
from hilbench.results import Measurement, RunRecord, Status
from hilbench.virtual.parameters import free_parameters


def calibrate(
    run: RunRecord, rows: Sequence[Measurement], chip: Chip, volts: float, tell: Callable[[int], None]
) -> Calibration:
    """Fit the free parameters of the chip's models to the rows of a run.

    Args:
        run: the head of the rows.
        rows: what was measured.
        chip: what it was measured on.
        volts: supply of the board, V.
        tell: is called with the number of times that the models were asked, while they are.

    Raises:
        MeasureError: no micro-kernel was measured.
        ConfigError: the compiler of the rows is gone, or SciPy is not installed.
    """
    told = observations(rows)
    if not any(each.fitted for each in told):
        raise MeasureError(f"Run {run.run_id} measured no micro-kernel, so there is nothing to fit to.")
    twin = Twin(chip, _images(chip, rows), volts)
    seen = [each for each in told if twin.knows(each)]
    asked = 0

    def forecast(values: Mapping[str, float], wanted: Sequence[Observation]) -> Vector:
        nonlocal asked
        asked += 1
        tell(asked)
        return twin(values, wanted)

    found = adjust(seen, free_parameters(chip), forecast)
    return Calibration(
        chip=chip.name,
        board=run.board,
        provenance=run.provenance,
        run=run.run_id,
        date=datetime.now(UTC),
        toolchain=rows[0].toolchain,
        hilbench=__version__,
        parameters={estimate.parameter.name: _fitted(estimate) for estimate in found.estimates},
        residuals=found.residuals,
        held_out=found.held_out,
    )


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
    console.print(parameters)
    console.print()
    console.print(_errors(calibration))
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
        table.add_column(quantity, justify="right")
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


def _fitted(estimate: Estimate) -> FittedParameter:
    """With as many digits as its standard error lets stand, and one more."""
    digits = 2 - math.floor(math.log10(estimate.standard_error))
    return FittedParameter(
        value=round(estimate.value, digits),
        standard_error=round(estimate.standard_error, digits),
        default=estimate.parameter.default,
        identified=estimate.identified,
    )


def _images(chip: Chip, rows: Sequence[Measurement]) -> list[Image]:
    """The images that the rows were measured on, built again or taken from the cache."""
    name = rows[0].toolchain
    toolchain = find_toolchain(name.split(maxsplit=1)[0])
    if str(toolchain) != name:
        raise ConfigError(f"The rows were built by {name}, here is {toolchain}; measure again.")
    cases = load_grid(GRID, load_operators(OPERATORS))
    images: list[Image] = []
    for placement in dict.fromkeys(row.placement for row in rows if row.status is Status.OK):
        images += Builder(chip, toolchain, placement=Placement(placement)).build(cases).images
    return images
