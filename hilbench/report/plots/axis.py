"""Axes: the place of a value between two ends, and the ticks on the way."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hilbench.report.numbers import compact

_LEAST_SPAN = 1.25
"""Ratio of a logarithmic axis' ends at the least, so that a difference of nothing does not look like one."""
_STEPS = (1, 2, 5, 10)
_SUBDIVISIONS = ((8, (1, 1.5, 2, 3, 5, 7)), (150, (1, 2, 5)), (math.inf, (1,)))
"""Ratios of a logarithmic axis' ends, and the ticks of a decade below them."""
_MOST_DECADES = 7


@dataclass(frozen=True)
class Axis:
    """One axis of a drawing.

    Attributes:
        low: value at its beginning; on a logarithmic axis above 0.
        high: value at its end; below `low` on an axis that runs the other way.
        ticks: values with their labels.
        label: printed along it.
        log: whether equal ratios have equal lengths.
        grid: whether a line is drawn at each tick.
        line: whether the axis itself is drawn.
    """

    low: float
    high: float
    ticks: Sequence[tuple[float, str]]
    label: str = ""
    log: bool = False
    grid: bool = True
    line: bool = True

    def fraction(self, value: float) -> float:
        """Place of `value`: 0 at `low`, 1 at `high`."""
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def linear_axis(low: float, high: float, label: str = "", *, grid: bool = True, line: bool = True) -> Axis:
    """A linear axis with round ticks; a length of nothing is widened."""
    if high <= low:
        high = low + (abs(low) or 1.0)
    return Axis(
        low, high, [(tick, compact(tick)) for tick in _round_ticks(low, high)], label, False, grid, line
    )


def log_axis(values: Iterable[float], label: str = "", margin: float = 0.06) -> Axis:
    """A logarithmic axis that holds the positive ones of `values`, with plain numbers: 0.1, 2, 10 k.

    Args:
        values: one positive at least.
        label: of the axis.
        margin: beyond the outermost values, as a fraction of the axis.
    """
    positive = [float(value) for value in values if value > 0]
    low, high = min(positive), max(positive)
    if high < _LEAST_SPAN * low:
        middle, half = math.sqrt(low * high), math.sqrt(_LEAST_SPAN)
        low, high = middle / half, middle * half
    beyond = (high / low) ** margin
    low, high = low / beyond, high * beyond
    return Axis(low, high, [(tick, compact(tick)) for tick in _log_ticks(low, high)], label, log=True)


def _round_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten, `count` + 1 at most."""
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * step for step in _STEPS if power * step >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{place * step:.12g}") for place in range(first, last + 1)]


def _log_ticks(low: float, high: float) -> list[float]:
    if high < 2.2 * low:
        return _round_ticks(low, high)  # as good as linear
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    subs = next(each for reach, each in _SUBDIVISIONS if high < reach * low)
    every = 2 if len(subs) == 1 and len(decades) > _MOST_DECADES else 1
    decades = decades[::every]
    return [
        tick
        for decade in decades
        for sub in subs
        if low <= (tick := float(f"{sub * 10.0**decade:.12g}")) <= high
    ]
