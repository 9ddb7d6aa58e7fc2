"""Efficiency η of an operator: what the standard convolution costs over what it costs, at equal MACs.

As in the XiNet work (Ancilotto et al., ICCV 2023): η_energy = E_std / E_op, η_latency = t_std / t_op.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hilbench.analysis.best import champions
from hilbench.analysis.keys import CONDITIONS, SETUP_COLUMNS, kernel_label
from hilbench.analysis.standard import StandardCost

_COSTS = {"eta_latency": "latency_us", "eta_energy": "energy_uj"}
_BETTER = {"latency_us": "is faster", "energy_uj": "takes less energy"}
_AS_GOOD = {"latency_us": "is as fast", "energy_uj": "takes as little energy"}


def add_efficiency(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy of `frame` with η in five columns, filled where it exists.

    `eta_latency` and `eta_energy` compare the best with the best: of each problem the fastest verified
    variant, or the one with the least energy, with conv2d rows chosen alike, on one board, at one clock, of
    one build, placement and data type. `eta_basis` names those rows; of a row that is not its problem's best,
    and so has no η, it names the variant that is.

    `eta_latency_same_variant` and `eta_energy_same_variant` compare rows of one variant and tuning.

    Rows that failed have none, nor have operators without weights: their `macs` multiply nothing.
    """
    result = frame.copy()
    eligible = frame[(frame["status"] == "ok") & (frame["weight_bytes"].fillna(0) > 0)]
    words = pd.DataFrame("", frame.index, [*_COSTS])
    for name, cost in _COSTS.items():
        winners = champions(eligible, cost)
        chosen = _eta(eligible.loc[eligible.index.isin(winners)], cost, CONDITIONS)
        result[name] = chosen["eta"]
        result[f"{name}_same_variant"] = _eta(eligible, cost, SETUP_COLUMNS)["eta"]
        words.loc[chosen.index, name] = chosen["basis"]
        beaten = winners[winners != winners.index]
        words.loc[beaten.index, name] = _beaten(frame.loc[beaten.index], frame.loc[beaten], cost)
    result["eta_basis"] = [_joined(*pair) for pair in words.itertuples(index=False, name=None)]
    return result


def _eta(rows: pd.DataFrame, cost: str, within: Sequence[str]) -> pd.DataFrame:
    """η and what it rests upon for each of `rows`, among those that agree in the columns `within`."""
    found = pd.DataFrame({"eta": float("nan"), "basis": ""}, rows.index)
    for _, group in rows[rows[cost] > 0].groupby([*within, "dtype"], dropna=False):
        standard = StandardCost.of(group, cost)
        priced = [standard.at(macs) for macs in group["macs"].astype(float)]
        found.loc[group.index, "eta"] = [price for price, _ in priced] / group[cost]
        found.loc[group.index, "basis"] = [basis for _, basis in priced]
    return found


def _beaten(rows: pd.DataFrame, winners: pd.DataFrame, cost: str) -> list[str]:
    """Remarks on rows whose problem another variant computes for less, or for as little."""
    return [
        f"{kernel_label(winner)} {(_AS_GOOD if own == winner[cost] else _BETTER)[cost]}"
        for own, (_, winner) in zip(rows[cost], winners.iterrows(), strict=True)
    ]


def _joined(latency: str, energy: str) -> str:
    """Remark on a row's latency and, where that is another one, on its energy."""
    if energy in ("", latency):
        return latency
    found_alike = energy.startswith(("matched", "interpolated"))
    return "; ".join(filter(None, [latency, f"energy {energy}" if found_alike else energy]))
