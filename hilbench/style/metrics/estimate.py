"""Estimates of metrics over pictures, and over models trained from other seeds, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hilbench.style.metrics.moments import Numbers

_RESAMPLES = 2000
_SEED = 0x5EED


@dataclass(frozen=True)
class Estimate:
    """A mean with its 95 % interval by the percentile bootstrap (Efron and Tibshirani, 1993, chapter 13).

    Attributes:
        count: of pictures.
        worst: least favourable picture's value.
    """

    mean: float
    low: float
    high: float
    count: int
    worst: float

    def __str__(self) -> str:
        return f"{self.mean:.2f} [{self.low:.2f}, {self.high:.2f}]"


def over_pictures(values: Numbers, *, less_is_better: bool = True) -> Estimate:
    """Mean over pictures; the interval is of other pictures, of the same model.

    Args:
        values: of at least one picture.
        less_is_better: which end is the worst.
    """
    return over_seeds([values], less_is_better=less_is_better)


def over_seeds(values: Sequence[Numbers], *, less_is_better: bool = True) -> Estimate:
    """Mean over models and pictures; the interval is of other seeds and other pictures.

    Models are drawn with replacement, then pictures of each, the same ones for all.

    Args:
        values: of each model, in the order of the same pictures.
        less_is_better: which end is the worst.
    """
    table = np.stack(values)
    random = np.random.default_rng(_SEED)
    models = random.integers(len(table), size=(_RESAMPLES, len(table)))
    pictures = random.integers(table.shape[1], size=(_RESAMPLES, table.shape[1]))
    # Weighted sums stand for tables of draws, which would be large.
    by_model = _shares(models, len(table)) @ table
    means = (by_model * _shares(pictures, table.shape[1])).sum(1)
    low, high = np.quantile(means, (0.025, 0.975))
    worst = table.max() if less_is_better else table.min()
    return Estimate(float(table.mean()), float(low), float(high), table.shape[1], float(worst))


def _shares(draws: np.ndarray[tuple[int, ...], np.dtype[np.int64]], count: int) -> Numbers:
    """Share that each of `count` things has in each draw, shape (draws, count)."""
    shares = np.zeros((len(draws), count))
    np.add.at(shares, (np.arange(len(draws))[:, None], draws), 1 / draws.shape[1])
    return shares
