"""Two runs, case by case: ratios with intervals, and what counts as a regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hilbench.efficiency.identity import SETUP, SHAPE, describe, swept
from hilbench.efficiency.metric import Limit, Metric
from hilbench.efficiency.ratio import ratio_interval


@dataclass(frozen=True)
class Change:
    """One case in one metric.

    Attributes:
        case: what was measured.
        metric: in what.
        base: the figure of the base.
        new: the figure of the new run.
        low: bounds the ratio from below with 95 %; NaN where a side has one value only.
        high: the same from above.
        base_uncertainty_pct: what the base states of its figure, %; None where it states nothing.
        new_uncertainty_pct: the same of the new run.
    """

    case: str
    metric: Metric
    base: float
    new: float
    low: float
    high: float
    base_uncertainty_pct: float | None = None
    new_uncertainty_pct: float | None = None

    @property
    def ratio(self) -> float:
        """New over base; below 1 is better."""
        return self.new / self.base

    def beyond(self, limit: Limit) -> bool:
        """Whether this is a regression: more than the limit allows, and more than noise."""
        noise = np.isfinite(self.low) and self.low <= 1.0
        return self.metric is limit.metric and self.ratio > 1 + limit.growth and not noise


@dataclass(frozen=True)
class Comparison:
    """Two runs side by side.

    Attributes:
        changes: cases that both runs measured, a change for each metric that both know.
        broken: cases that were measured in the base and failed in the new run.
        only_base: cases that the new run does not have.
        only_new: cases that the base does not have.
    """

    changes: tuple[Change, ...]
    broken: tuple[str, ...]
    only_base: tuple[str, ...]
    only_new: tuple[str, ...]

    def regressions(self, limits: Sequence[Limit]) -> tuple[Change, ...]:
        """Changes beyond any of `limits`, the worst first."""
        worse = [change for change in self.changes if any(change.beyond(limit) for limit in limits)]
        return tuple(sorted(worse, key=lambda change: -change.ratio))

    def unjudged(self, limits: Sequence[Limit]) -> tuple[Limit, ...]:
        """Limits of which nothing can be said, as no case has their metric in both runs."""
        compared = {change.metric for change in self.changes}
        return tuple(limit for limit in limits if limit.metric not in compared)

    def overall(self, metric: Metric) -> float:
        """Geometric mean of the ratios of `metric`; NaN when no case has it."""
        ratios = [change.ratio for change in self.changes if change.metric is metric]
        return float(np.exp(np.mean(np.log(ratios)))) if ratios else float("nan")


def compare(base: pd.DataFrame, new: pd.DataFrame) -> Comparison:
    """Pair the cases of two runs.

    What a run sweeps (toolchains, flags, …) tells its rows apart; what is constant in both runs, though
    different between them, is what is being compared.
    """
    axes = {*swept(base), *swept(new)}
    key = [*SHAPE, *(name for name in SETUP if name in axes)]
    old_rows, new_rows = _by_case(base, key), _by_case(new, key)
    both = [name for name in old_rows if name in new_rows]
    changes: list[Change] = []
    broken: list[str] = []
    for name in both:
        before, after = old_rows[name], new_rows[name]
        if before["status"] != "ok":
            continue
        if after["status"] == "ok":
            changes += _changes(_title(before, axes), before, after)
        else:
            broken.append(_title(before, axes))
    return Comparison(
        tuple(changes),
        tuple(broken),
        tuple(_title(row, axes) for name, row in old_rows.items() if name not in new_rows),
        tuple(_title(row, axes) for name, row in new_rows.items() if name not in old_rows),
    )


def _by_case(frame: pd.DataFrame, key: list[str]) -> dict[tuple[object, ...], pd.Series]:
    """Rows by identity; rows that the columns cannot tell apart (padding) are told by their order."""
    twins = frame.groupby(key, dropna=False).cumcount()
    names = zip(frame[key].itertuples(index=False, name=None), twins, strict=True)
    return {(*name, twin): row for (name, twin), (_, row) in zip(names, frame.iterrows(), strict=True)}


def _title(row: pd.Series, axes: set[str]) -> str:
    return " · ".join([describe(row), *(str(row[name]) for name in SETUP if name in axes)])


def _changes(case: str, before: pd.Series, after: pd.Series) -> list[Change]:
    found = []
    for metric in Metric:
        old, now = before[metric.column], after[metric.column]
        if pd.isna(old) or pd.isna(now) or old <= 0:
            continue
        low, high = ratio_interval(metric, before, after)
        stated = (_stated(metric, row) for row in (before, after))
        found.append(Change(case, metric, float(old), float(now), low, high, *stated))
    return found


def _stated(metric: Metric, row: pd.Series) -> float | None:
    percent = row["energy_uncertainty_pct"]
    return float(percent) if metric.of_energy and pd.notna(percent) else None
