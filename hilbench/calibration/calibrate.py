"""Calibration of a chip's models: from the rows of a run to their parameters."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from hilbench import __version__
from hilbench.calibration.adjust import adjust
from hilbench.calibration.document import Calibration, FittedParameter
from hilbench.calibration.fit import Estimate, Vector
from hilbench.calibration.forward_model import ForwardModel
from hilbench.calibration.observations import GRID, OPERATORS, Observation, observations
from hilbench.chips import Chip, Placement
from hilbench.errors import ConfigError, MeasureError
from hilbench.grids import load_grid
from hilbench.image import Builder, Image, find_toolchain
from hilbench.operators.registry import load_operators
from hilbench.results import Measurement, RunRecord, Status
from hilbench.virtual.parameters import free_parameters


def calibrate(
    run: RunRecord, rows: Sequence[Measurement], chip: Chip, volts: float, progress: Callable[[int], None]
) -> Calibration:
    """Fit the free parameters of the chip's models to the rows of a run.

    Args:
        run: the head of the rows.
        rows: what was measured.
        chip: what it was measured on.
        volts: supply of the board, V.
        progress: is called with the number of times that the models were run, while they are.

    Raises:
        MeasureError: no micro-kernel was measured.
        ConfigError: the compiler of the rows is gone, or SciPy is not installed.
    """
    observed = observations(rows)
    if not any(each.fitted for each in observed):
        raise MeasureError(f"Run {run.run_id} measured no micro-kernel, so there is nothing to fit to.")
    model = ForwardModel(chip, _images(chip, rows), volts)
    known = [each for each in observed if model.knows(each)]
    runs = 0

    def forecast(values: Mapping[str, float], wanted: Sequence[Observation]) -> Vector:
        nonlocal runs
        runs += 1
        progress(runs)
        return model(values, wanted)

    found = adjust(known, free_parameters(chip), forecast)
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


def _fitted(estimate: Estimate) -> FittedParameter:
    """Fitted parameter with as many digits as its standard error justifies, and one more."""
    digits = 2 - math.floor(math.log10(estimate.standard_error))
    return FittedParameter(
        value=round(estimate.value, digits),
        standard_error=round(estimate.standard_error, digits),
        default=estimate.parameter.default,
        identified=estimate.identified,
    )


def _images(chip: Chip, rows: Sequence[Measurement]) -> list[Image]:
    """The images that the rows were measured on, built again or taken from the cache."""
    names = sorted({row.toolchain for row in rows})
    toolchain = find_toolchain(names[0].split(maxsplit=1)[0])
    if names != [str(toolchain)]:
        built_by = " and ".join(names)
        raise ConfigError(f"The rows were built by {built_by}, here is {toolchain}; measure again.")
    cases = load_grid(GRID, load_operators(OPERATORS))
    images: list[Image] = []
    for placement in dict.fromkeys(row.placement for row in rows if row.status is Status.OK):
        images += Builder(chip, toolchain, placement=Placement(placement)).build(cases).images
    return images
