"""Cost of a standard convolution for any number of MACs, by the conv2d rows of one sweep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilbench.analysis.keys import describe_shape, kernel_label

STANDARD = "conv2d"
"""The operator whose rows are the standard convolution."""

MATCH = 0.10
"""Largest relative difference of MACs at which two rows count as equal in MACs."""


@dataclass(frozen=True)
class StandardCost:
    """Cost of the standard convolution over MACs, under one set of conditions.

    Attributes:
        macs: shape (n,), ascending.
        cost: shape (n,), µJ or µs a run.
        names: which rows these are, n of them.
    """

    macs: NDArray[np.float64]
    cost: NDArray[np.float64]
    names: tuple[str, ...]

    @classmethod
    def of(cls, rows: pd.DataFrame, column: str) -> StandardCost:
        """The cost in `column`, which is known of all of `rows`, of those that are conv2d."""
        standard = rows[rows["operator"] == STANDARD].sort_values("macs", kind="stable")
        return cls(
            standard["macs"].to_numpy(dtype=np.float64),
            standard[column].to_numpy(dtype=np.float64),
            tuple(f"{describe_shape(row)} {kernel_label(row)}" for _, row in standard.iterrows()),
        )

    def at(self, macs: float) -> tuple[float, str]:
        """The cost at `macs`, and by which rows: `matched ±x % (…)`, `interpolated (… | …)`, or `` with NaN.

        Matched rows give the median of their cost per MAC, so that a difference of a few percent in MACs
        is no difference in η. Outside the standard rows' range nothing is extrapolated.
        """
        deviation = np.abs(self.macs / macs - 1)
        near = deviation <= MATCH
        if near.any():
            per_mac = np.median(self.cost[near] / self.macs[near])
            found = f"matched ±{100 * deviation[near].max():.0f} % ({self._named(near)})"
            return float(per_mac * macs), found
        if not len(self.macs) or not self.macs[0] < macs < self.macs[-1]:
            return float("nan"), ""
        below = self.macs == self.macs[self.macs < macs].max()
        above = self.macs == self.macs[self.macs > macs].min()
        return (
            self._between(macs, below, above),
            f"interpolated ({self._named(below)} | {self._named(above)})",
        )

    def _between(self, macs: float, below: NDArray[np.bool_], above: NDArray[np.bool_]) -> float:
        """Straight line in log-log between the medians of the rows with fewer and with more MACs."""
        ends = [np.log(self.macs[side][0]) for side in (below, above)]
        costs = [np.median(np.log(self.cost[side])) for side in (below, above)]
        return float(np.exp(np.interp(np.log(macs), ends, costs)))

    def _named(self, some: NDArray[np.bool_]) -> str:
        return ", ".join(name for name, chosen in zip(self.names, some, strict=True) if chosen)
