"""η of every operator in a few numbers: median, range, count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from hilbench.analysis.keys import settings


@dataclass(frozen=True)
class Spread:
    """Median and range of some values, and how many they are."""

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
        """Spread as plain data."""
        return asdict(self)


def spreads(frame: pd.DataFrame) -> tuple[OperatorEfficiency, ...]:
    """η of each operator that has any, by setting as the run has them, the most efficient first.

    Args:
        frame: rows with their efficiencies.
    """
    known = frame.dropna(subset=["eta_latency", "eta_energy"], how="all")
    groups = known.groupby(settings(known), sort=False)
    return tuple(each for name, rows in groups for each in sorted(_spreads(str(name), rows), key=_rank))


def _spreads(setting: str, rows: pd.DataFrame) -> Iterator[OperatorEfficiency]:
    for operator, group in rows.groupby("operator"):
        latency, energy = (Spread.of(group[column]) for column in ("eta_latency", "eta_energy"))
        yield OperatorEfficiency(str(operator), setting, latency, energy)


def _rank(each: OperatorEfficiency) -> float:
    leading = each.latency or each.energy
    return -leading.median if leading else 0.0
