"""Efficiency η of an operator: what the standard convolution costs over what it costs, at equal MACs.

As in the XiNet work (Ancilotto et al., ICCV 2023): η_energy = E_std / E_op, η_latency = t_std / t_op.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilbench.efficiency.identity import SETUP

STANDARD = "conv2d"
"""The operator whose rows are the standard convolution."""

MATCH = 0.10
"""Largest relative difference of MACs at which two rows count as equal in MACs."""


@dataclass(frozen=True)
class StandardCost:
    """Cost of the standard convolution over MACs, from one sweep's own rows in one setup.

    Attributes:
        macs: shape (n,), ascending.
        cost: shape (n,), µJ or µs a run.
    """

    macs: NDArray[np.float64]
    cost: NDArray[np.float64]

    def at(self, macs: float) -> tuple[float, str]:
        """The cost at `macs`, and how it was found: `matched ±x %`, `interpolated`, or `` with NaN.

        Matched rows give the median of their cost per MAC, so that a difference of a few percent in MACs
        is no difference in η. Outside the standard rows' range nothing is extrapolated.
        """
        deviation = np.abs(self.macs / macs - 1)
        near = deviation <= MATCH
        if near.any():
            per_mac = np.median(self.cost[near] / self.macs[near])
            return float(per_mac * macs), f"matched ±{100 * deviation[near].max():.0f} %"
        if not len(self.macs) or not self.macs[0] < macs < self.macs[-1]:
            return float("nan"), ""
        return self._interpolate(macs), "interpolated"

    def _interpolate(self, macs: float) -> float:
        """Straight line between neighbours in log-log; rows of equal MACs count as their geometric mean."""
        points, place = np.unique(self.macs, return_inverse=True)
        logs = np.bincount(place, np.log(self.cost)) / np.bincount(place)
        return float(np.exp(np.interp(np.log(macs), np.log(points), logs)))


def add_efficiency(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy of `frame` with `eta_energy`, `eta_latency` and `eta_basis` filled where they exist.

    Rows are compared within one setup (board, clock, variant, toolchain, flags, placement, caches) and data
    type. Rows that failed have none, nor have operators without weights: their `macs` multiply nothing.
    """
    result = frame.assign(eta_energy=np.nan, eta_latency=np.nan, eta_basis="")
    eligible = result[(result["status"] == "ok") & (result["weight_bytes"].fillna(0) > 0)]
    for _, group in eligible.groupby([*SETUP, "dtype"], dropna=False):
        latency, basis = _ratios(group, "latency_us")
        energy, energy_basis = _ratios(group, "energy_uj")
        result.loc[group.index, "eta_latency"] = latency
        result.loc[group.index, "eta_energy"] = energy
        result.loc[group.index, "eta_basis"] = [
            time if mine in ("", time) else f"{time}; energy {mine}"
            for time, mine in zip(basis, energy_basis, strict=True)
        ]
    return result


def _ratios(group: pd.DataFrame, column: str) -> tuple[list[float], list[str]]:
    standard = _standard_cost(group, column)
    costs = [standard.at(macs) for macs in group["macs"].astype(float)]
    own = group[column].to_numpy(dtype=np.float64)
    ratios = [cost / mine for (cost, _), mine in zip(costs, own, strict=True)]
    return ratios, [
        basis if np.isfinite(ratio) else "" for (_, basis), ratio in zip(costs, ratios, strict=True)
    ]


def _standard_cost(group: pd.DataFrame, column: str) -> StandardCost:
    rows = group[(group["operator"] == STANDARD) & (group[column] > 0)].sort_values("macs")
    return StandardCost(rows["macs"].to_numpy(dtype=np.float64), rows[column].to_numpy(dtype=np.float64))
