"""Fit of parameters to observations: those that show in time, in cold time and in power, in this order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hilbench.calibration.document import FigureError
from hilbench.calibration.fit import Estimate, Vector, fit
from hilbench.calibration.observations import Observation
from hilbench.chips import Effect, Parameter

Forecast = Callable[[Mapping[str, float], Sequence[Observation]], Vector]
"""Function that gives the models' expectation of observations for values of their parameters."""


@dataclass(frozen=True)
class Adjustment:
    """Models brought in line with a board.

    Attributes:
        estimates: of the parameters that something was observed of.
        residuals: errors of the figures that were fitted.
        held_out: errors of those that were not.
    """

    estimates: tuple[Estimate, ...]
    residuals: tuple[FigureError, ...]
    held_out: tuple[FigureError, ...]


def adjust(seen: Sequence[Observation], parameters: Iterable[Parameter], forecast: Forecast) -> Adjustment:
    """Fit the parameters to the micro-kernels among `seen`, and judge them by the rest.

    Parameters are fitted to the quantities that they show in, one effect after another; a quantity
    in which none shows is left out.

    Raises:
        ConfigError: SciPy is not installed.
    """
    free = tuple(parameters)
    effects = {parameter.effect for parameter in free}
    judged = [each for each in seen if each.key.quantity.effect in effects]
    values: dict[str, float] = {}
    before = forecast(values, judged)
    estimates: list[Estimate] = []
    for effect in Effect:
        chosen = [parameter for parameter in free if parameter.effect is effect]
        told = [each for each in judged if each.fitted and each.key.quantity.effect is effect]
        if not chosen or not told:
            continue
        found = _fit(told, chosen, forecast, values)
        estimates.extend(found)
        values |= {estimate.parameter.name: estimate.value for estimate in found}
    after = forecast(values, judged)
    errors = [_error(*each) for each in zip(judged, before, after, strict=True)]
    return Adjustment(
        tuple(estimates),
        residuals=tuple(error for error, each in zip(errors, judged, strict=True) if each.fitted),
        held_out=tuple(error for error, each in zip(errors, judged, strict=True) if not each.fitted),
    )


def _fit(
    told: Sequence[Observation],
    chosen: Sequence[Parameter],
    forecast: Forecast,
    fixed: Mapping[str, float],
) -> tuple[Estimate, ...]:
    names = [parameter.name for parameter in chosen]

    def model(vector: Vector) -> Vector:
        return forecast({**fixed, **dict(zip(names, vector.tolist(), strict=True))}, told)

    measured = np.array([each.value for each in told])
    resolution = np.array([each.resolution for each in told])
    return fit(model, measured, resolution, chosen)


def _error(seen: Observation, before: float, after: float) -> FigureError:
    return FigureError(
        case=seen.label,
        placement=seen.key.placement,
        quantity=str(seen.key.quantity),
        before=round(100 * (before / seen.value - 1), 4),
        after=round(100 * (after / seen.value - 1), 4),
    )
