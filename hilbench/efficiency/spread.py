"""η of every operator in a few numbers: median, range, count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from hilbench.efficiency.identity import settings


@dataclass(frozen=True)
class Spread:
    """Some values: their median and range, and how many they are."""

    median: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, values: pd.Series) -> Spread | None:
        """The spread of those of `values` that exist; None where none does."""
        known = values.dropna()
        if known.empty:
            return None
        return cls(float(known.median()), float(known.min()), float(known.max()), len(known))


@dataclass(frozen=True)
class OperatorEfficiency:
    """η of one operator under one setting.

    Attributes:
        setting: data type and whatever else the run varies, variants apart; empty where nothing.
        latency: of `eta_latency`.
        energy: of `eta_energy`; None where no energy was measured.
    """

    operator: str
    setting: str
    latency: Spread | None
    energy: Spread | None

    def document(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def spreads(frame: pd.DataFrame) -> tuple[OperatorEfficiency, ...]:
    """η of each operator that has any, the most efficient first; `frame` already has its efficiencies."""
    return tuple(sorted(_spreads(frame), key=_rank))


def _spreads(frame: pd.DataFrame) -> Iterator[OperatorEfficiency]:
    known = frame.dropna(subset=["eta_latency", "eta_energy"], how="all")
    for (operator, setting), rows in known.groupby(["operator", settings(known)]):
        latency, energy = (Spread.of(rows[column]) for column in ("eta_latency", "eta_energy"))
        yield OperatorEfficiency(str(operator), str(setting), latency, energy)


def _rank(each: OperatorEfficiency) -> tuple[str, float]:
    leading = each.latency or each.energy
    return each.setting, -leading.median if leading else 0.0
