"""Statistics of samples: robust, with an interval, and nothing thrown away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_RESAMPLES = 2000
_SEED = 0x48494C42
"""Seed of the bootstrap, fixed so that the same samples always give the same interval."""


@dataclass(frozen=True)
class Summary:
    """Statistics of a series of samples, in the samples' own unit.

    Attributes:
        mad: median absolute deviation from the median, not scaled to a normal distribution.
        ci_low: lower end of the 95 % percentile-bootstrap interval of the median.
        ci_high: upper end of it.
        distinct: count of different values; 1 on a perfectly quiet board.
        mild_outliers: indexes of samples beyond 1.5 interquartile ranges (Tukey's fences).
        extreme_outliers: indexes of samples beyond 3 interquartile ranges.
    """

    count: int
    median: float
    mad: float
    ci_low: float
    ci_high: float
    minimum: float
    maximum: float
    distinct: int
    mild_outliers: tuple[int, ...]
    extreme_outliers: tuple[int, ...]


def summarize(samples: Sequence[float]) -> Summary:
    """The summary of at least one sample; outliers are flagged and stay in.

    Raises:
        ValueError: there are no samples.
    """
    if not samples:
        raise ValueError("no samples to summarize")
    values = np.asarray(samples, dtype=np.float64)
    median = float(np.median(values))
    low, high = bootstrap_interval(values)
    return Summary(
        count=len(values),
        median=median,
        mad=float(np.median(np.abs(values - median))),
        ci_low=low,
        ci_high=high,
        minimum=float(values.min()),
        maximum=float(values.max()),
        distinct=len(np.unique(values)),
        mild_outliers=_beyond_fences(values, 1.5),
        extreme_outliers=_beyond_fences(values, 3.0),
    )


def bootstrap_medians(values: NDArray[np.float64], resamples: int = _RESAMPLES) -> NDArray[np.float64]:
    """Medians of `resamples` draws with replacement, shape (resamples,)."""
    draws = np.random.default_rng(_SEED).integers(len(values), size=(resamples, len(values)))
    medians: NDArray[np.float64] = np.median(values[draws], axis=1)
    return medians


def bootstrap_interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """95 % percentile-bootstrap interval of the median (Efron and Tibshirani, 1993, chapter 13)."""
    if values.min() == values.max():
        return float(values[0]), float(values[0])
    low, high = np.quantile(bootstrap_medians(values), (0.025, 0.975))
    return float(low), float(high)


def _beyond_fences(values: NDArray[np.float64], width: float) -> tuple[int, ...]:
    first, third = np.quantile(values, (0.25, 0.75))
    reach = width * (third - first)
    outside = (values < first - reach) | (values > third + reach)
    return tuple(int(index) for index in np.flatnonzero(outside))
