"""Change points of a series: where its level moves by more than its noise.

Optimal partitioning (Jackson et al., 2005; what PELT computes, Killick et al., 2012): of all ways to cut a
series into pieces of one level each, the one with the least sum of squares plus a penalty for each cut. The
penalty is the square of the normal quantile that noise alone reaches at one of n-1 places with 1 % chance,
times the variance of the noise. That variance comes from the differences of neighbours, whose median a few
changes do not move; the factor (1 + 8/n)² makes up for knowing it from few of them. Of series of 5 to 100
values with normal noise and no change, less than 2 of 100 are cut (tests/analysis/test_change_points.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

FALSE_ALARMS = 0.01
"""Chance that noise alone cuts a series."""
_FEW = 8
"""Length of a series at which the penalty is four times that of an endless one."""
_MAD_TO_SIGMA = 1.4826
_ROUNDING = 1e-9
"""Standard deviation of figures that never differ, relative to them: the logarithms' own."""


def change_points(values: Sequence[float], *, exact: bool = False, stated: float = 0.0) -> tuple[int, ...]:
    """Places of the first values of new levels, ascending; values are compared by their ratios.

    Args:
        values: positive, in order of time.
        exact: they have no noise, so that any difference is a change.
        stated: standard deviation of a value by its own statement, relative to it; the noise is no less.
    """
    if exact:
        return tuple(place for place, (before, now) in enumerate(pairwise(values), 1) if before != now)
    series = np.log(np.asarray(values, dtype=np.float64))
    count = len(series)
    if count < 2:
        return ()
    noise = max(_deviation(series), stated, _ROUNDING)
    quantile = NormalDist().inv_cdf(1 - FALSE_ALARMS / 2 / (count - 1))
    return _cuts(series, (quantile * (1 + _FEW / count) * noise) ** 2)


def _deviation(series: NDArray[np.float64]) -> float:
    """Standard deviation of the noise, by the median difference of neighbours."""
    return float(_MAD_TO_SIGMA * np.median(np.abs(np.diff(series))) / np.sqrt(2))


def _cuts(series: NDArray[np.float64], penalty: float) -> tuple[int, ...]:
    """Cuts of the cheapest partition, found from that of each shorter series."""
    centred = series - series.mean()
    sums = np.concatenate([[0.0], np.cumsum(centred)])
    squares = np.concatenate([[0.0], np.cumsum(centred**2)])
    costs = np.full(len(series) + 1, -penalty)
    begins = np.zeros(len(series) + 1, dtype=np.int64)
    for end in range(1, len(series) + 1):
        start = np.arange(end)
        spread = squares[end] - squares[start] - (sums[end] - sums[start]) ** 2 / (end - start)
        total = costs[start] + np.maximum(spread, 0) + penalty
        begins[end] = int(np.argmin(total))
        costs[end] = total[begins[end]]
    cuts = []
    place = int(begins[-1])
    while place:
        cuts.append(place)
        place = int(begins[place])
    return tuple(reversed(cuts))
