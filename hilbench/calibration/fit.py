"""Least squares: which values of a model's parameters say what was measured, and how sure they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilbench.chips import Parameter
from hilbench.extras import require

Vector = NDArray[np.float64]
Model = Callable[[Vector], Vector]
"""Function from values of the parameters to what the model expects of each observation."""

_STEP = 0.05
"""Step of the differences that replace derivatives, in parts of a parameter's range."""
_PRIOR = 1e-3
"""Weight of staying where one began, against a relative error of 1: it settles what the data leave open."""
_IDENTIFIED = 0.05
"""Largest standard error of a parameter that counts as found, in parts of its range."""
_TOLERANCE = 1e-4
"""Tolerance of the minimum: in parts of a parameter's range, and relative of the sum of squares."""
_MOST_EVALUATIONS = 20


@dataclass(frozen=True)
class Estimate:
    """Value of one parameter by a fit, and its standard error.

    Attributes:
        standard_error: one standard deviation of `value`; as wide as the parameter's range where the
            measurements say nothing of it.
    """

    parameter: Parameter
    value: float
    standard_error: float

    @property
    def identified(self) -> bool:
        """Whether the measurements tell it from the others; else only what all do together counts."""
        return self.standard_error <= _IDENTIFIED * self.parameter.range


def require_solver() -> None:
    """Make sure that there is something to fit with, before anything is measured for it.

    Raises:
        ExtraMissing: SciPy is not installed.
    """
    require("scipy")


def fit(
    model: Model, measured: Vector, resolution: Vector, parameters: Sequence[Parameter]
) -> tuple[Estimate, ...]:
    """Bounded least squares over relative errors, each observation as important as any other.

    Every parameter is held to its default by a spring so weak that it only settles what the
    observations leave open; its standard error is that of both together. The scatter of the
    observations is taken from the residuals, but never below their resolution.

    Args:
        model: what is fitted.
        measured: the observations, all positive.
        resolution: of each observation, in its own unit.
        parameters: what may vary; at least one.

    Returns:
        An estimate a parameter, in their order.

    Raises:
        ExtraMissing: SciPy is not installed.
    """
    require_solver()
    free = _Free(model, measured, resolution, parameters)
    start = free.scaled(np.array([parameter.default for parameter in parameters]))
    scaled = _minimum(free, start)
    errors = free.errors(scaled)
    slope = free.slope(scaled)
    scatter = _scatter(errors, resolution / measured, len(parameters))
    information = slope.T @ slope / scatter + np.eye(len(parameters))
    spread = np.sqrt(np.diag(np.linalg.inv(information)))
    values = free.unscaled(scaled)
    return tuple(
        Estimate(parameter, float(value), float(deviation * parameter.range))
        for parameter, value, deviation in zip(parameters, values, spread, strict=True)
    )


class _Free:
    """A model as a function of its parameters in parts of their ranges, 0 to 1."""

    def __init__(
        self, model: Model, measured: Vector, resolution: Vector, parameters: Sequence[Parameter]
    ) -> None:
        self._model = model
        self._measured = measured
        self._unseen = 2 * resolution / measured  # the difference of two rounded figures
        self._lower = np.array([parameter.lower for parameter in parameters])
        self._range = np.array([parameter.range for parameter in parameters])
        self._known: tuple[bytes, Vector] | None = None

    def scaled(self, values: Vector) -> Vector:
        scaled: Vector = (values - self._lower) / self._range
        return scaled

    def unscaled(self, scaled: Vector) -> Vector:
        values: Vector = self._lower + scaled * self._range
        return values

    def errors(self, scaled: Vector) -> Vector:
        """Relative errors, shape (observations,); asked twice in a row, the model is asked once."""
        asked = scaled.tobytes()
        if self._known is None or self._known[0] != asked:
            self._known = asked, self._model(self.unscaled(scaled)) / self._measured - 1
        return self._known[1]

    def slope(self, scaled: Vector) -> Vector:
        """Derivatives of `errors`, shape (observations, parameters).

        A change within the resolution of an observation is none, so that rounding is not taken for evidence.
        """
        here = self.errors(scaled)
        columns = []
        for index, value in enumerate(scaled):
            step = _STEP if value + _STEP <= 1 else -_STEP
            there = scaled.copy()
            there[index] += step
            change = self.errors(there) - here
            columns.append(np.where(np.abs(change) > self._unseen, change, 0) / step)
        return np.stack(columns, axis=1)


def _minimum(free: _Free, start: Vector) -> Vector:
    from scipy.optimize import least_squares

    def residuals(scaled: Vector) -> Vector:
        return np.concatenate([free.errors(scaled), _PRIOR * (scaled - start)])

    def slope(scaled: Vector) -> Vector:
        return np.concatenate([free.slope(scaled), _PRIOR * np.eye(len(start))])

    found = least_squares(
        residuals,
        start,
        slope,
        bounds=(0, 1),
        method="dogbox",
        xtol=_TOLERANCE,
        ftol=_TOLERANCE,
        gtol=None,
        max_nfev=_MOST_EVALUATIONS,
    )
    values: Vector = found.x
    return values


def _scatter(errors: Vector, resolution: Vector, parameters: int) -> float:
    """Variance of one relative error."""
    freedom = max(1, len(errors) - parameters)
    return float(max(np.sum(errors**2) / freedom, np.mean(resolution**2)))
