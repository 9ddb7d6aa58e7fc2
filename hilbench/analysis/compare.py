"""Two runs, case by case: ratios with intervals, what was lost, and what counts as a regression."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from hilbench.analysis.contrast import Contrast, contrasts
from hilbench.analysis.metric import Limit, Metric
from hilbench.analysis.pairing import Pairing, pair
from hilbench.analysis.ratio import ratio_interval


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
        """Ratio of the new figure to the base's; below 1 is better."""
        return self.new / self.base

    @property
    def growth_pct(self) -> float:
        """Growth of the figure over the base's, %; less is better."""
        return 100 * (self.ratio - 1)

    def beyond(self, limit: Limit) -> bool:
        """Whether this is a regression: more than the limit allows, and more than noise."""
        noise = np.isfinite(self.low) and self.low <= 1.0
        return self.metric is limit.metric and self.ratio > 1 + limit.growth and not noise


class Gap(NamedTuple):
    """A figure that the base has and the new run, which verified the case, does not."""

    case: str
    metric: Metric


@dataclass(frozen=True)
class Comparison:
    """Two runs side by side.

    Attributes:
        changes: cases that both runs measured, a change for each metric that both know.
        broken: cases that were measured in the base and failed in the new run.
        only_base: cases that the base measured and the new run does not have.
        only_new: cases that the base does not have.
        gaps: figures that the new run lost of cases that it measured.
        contrasts: what is being compared: constant in each run, and different.
    """

    changes: tuple[Change, ...]
    broken: tuple[str, ...]
    only_base: tuple[str, ...]
    only_new: tuple[str, ...]
    gaps: tuple[Gap, ...] = ()
    contrasts: tuple[Contrast, ...] = ()

    def regressions(self, limits: Sequence[Limit]) -> tuple[Change, ...]:
        """Changes beyond any of `limits`, the worst first."""
        worse = [change for change in self.changes if any(change.beyond(limit) for limit in limits)]
        return tuple(sorted(worse, key=lambda change: -change.ratio))

    def unjudged(self, limits: Sequence[Limit]) -> tuple[Limit, ...]:
        """Limits of which nothing can be said, as no case has their metric in both runs."""
        compared = {change.metric for change in self.changes}
        return tuple(limit for limit in limits if limit.metric not in compared)

    def unmeasured(self, limits: Sequence[Limit]) -> tuple[Gap, ...]:
        """Figures that limits are about, and that the new run has no more."""
        metrics = {limit.metric for limit in limits}
        return tuple(gap for gap in self.gaps if gap.metric in metrics)

    def overall(self, metric: Metric) -> float:
        """Geometric mean of the ratios of `metric`; NaN when no case has it."""
        ratios = [change.ratio for change in self.changes if change.metric is metric]
        return float(np.exp(np.mean(np.log(ratios)))) if ratios else float("nan")


def compare(base: pd.DataFrame, new: pd.DataFrame) -> Comparison:
    """Pair the cases of two runs, as `pair` does, and take their ratios.

    What tells the rows of one problem apart within a run (toolchains, flags, …) is part of the case; what is
    constant in each run, though different between them, is what is being compared.
    """
    return compare_pairs(pair(base, new), contrasts(base, new))


def compare_pairs(pairing: Pairing, differing: tuple[Contrast, ...] = ()) -> Comparison:
    """Take the ratios of rows that are already paired, of runs that differ in `differing`."""
    titled = [
        (pairing.title(before, after), before, after)
        for before, after in pairing.pairs
        if before["status"] == "ok"
    ]
    ran = [each for each in titled if each[-1]["status"] == "ok"]
    return Comparison(
        changes=tuple(change for each in ran for change in _changes(*each)),
        broken=tuple(case for case, _, after in titled if after["status"] != "ok"),
        only_base=tuple(map(pairing.title, pairing.only_base)),
        only_new=tuple(map(pairing.title, pairing.only_new)),
        gaps=tuple(gap for each in ran for gap in _gaps(*each)),
        contrasts=differing,
    )


def _changes(case: str, before: pd.Series, after: pd.Series) -> Iterator[Change]:
    for metric in Metric:
        old, now = before[metric.column], after[metric.column]
        if pd.isna(old) or pd.isna(now) or old <= 0:
            continue
        low, high = ratio_interval(metric, before, after)
        stated = (_stated(metric, row) for row in (before, after))
        yield Change(case, metric, float(old), float(now), low, high, *stated)


def _gaps(case: str, before: pd.Series, after: pd.Series) -> Iterator[Gap]:
    for metric in Metric:
        if pd.notna(before[metric.column]) and pd.isna(after[metric.column]):
            yield Gap(case, metric)


def _stated(metric: Metric, row: pd.Series) -> float | None:
    percent = row["energy_uncertainty_pct"]
    return float(percent) if metric.of_energy and pd.notna(percent) else None
