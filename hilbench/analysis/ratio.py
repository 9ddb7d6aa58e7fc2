"""Uncertainty of the ratio of two medians."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilbench.analysis.metric import Metric
from hilbench.results.statistics import bootstrap_medians

_SEED = 0x52415449


def ratio_interval(metric: Metric, before: pd.Series, after: pd.Series) -> tuple[float, float]:
    """95 % interval of new over base: bootstrap where both kept samples, else from the rows' intervals."""
    if metric not in (Metric.CYCLES, Metric.LATENCY):
        return float("nan"), float("nan")
    if metric is Metric.LATENCY and pd.isna(before["clock_hz"]):
        return float("nan"), float("nan")
    clocks = 1.0 if metric is Metric.CYCLES else before["clock_hz"] / after["clock_hz"]
    old, now = (_medians(row) for row in (before, after))
    if old is None or now is None:
        low, high = _propagated(before, after)
    else:
        # Both sets of draws come from one seed; shuffling one makes them independent.
        ratios = np.random.default_rng(_SEED).permutation(now) / old
        low, high = np.quantile(ratios, (0.025, 0.975))
    return float(low * clocks), float(high * clocks)


def _medians(row: pd.Series) -> NDArray[np.float64] | None:
    """Bootstrap medians; None without samples, and where the row's interval spans layouts beyond them."""
    samples = row.get("samples")
    if pd.notna(row.get("layout_spread_pct")):
        return None
    return bootstrap_medians(np.asarray(samples, dtype=np.float64)) if isinstance(samples, tuple) else None


def _propagated(before: pd.Series, after: pd.Series) -> tuple[float, float]:
    """Quadrature of the two medians' intervals in log space, where a ratio is a difference."""
    centre = np.log(after["cycles_median"] / before["cycles_median"])
    sides = [
        np.hypot(
            np.log(after[f"cycles_ci_{end}"] / after["cycles_median"]),
            np.log(before[f"cycles_ci_{other}"] / before["cycles_median"]),
        )
        for end, other in (("low", "high"), ("high", "low"))
    ]
    return float(np.exp(centre - sides[0])), float(np.exp(centre + sides[1]))
