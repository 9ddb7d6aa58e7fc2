"""How far the figures of one run lie from a reference's: the error statistics of a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hilbench.efficiency.compare import Change, compare
from hilbench.efficiency.identity import swept
from hilbench.efficiency.metric import Limit, Metric
from hilbench.errors import ConfigError


@dataclass(frozen=True)
class ErrorStatistics:
    """Relative errors of one metric over the cases that both sides have; all in %, but for the ratio.

    Attributes:
        metric: what was compared.
        cases: how many.
        mean_absolute: mean of the errors' magnitudes.
        bias: mean of the errors; positive where the figures are too large.
        ratio: geometric mean of figure over reference.
        worst: the largest error by magnitude, with its sign.
        worst_case: where that is.
        uncertainty_pct: the largest that the tested figures state of themselves; None where they state none.
    """

    metric: Metric
    cases: int
    mean_absolute: float
    bias: float
    ratio: float
    worst: float
    worst_case: str
    uncertainty_pct: float | None = None

    def beyond(self, limit: Limit) -> bool:
        """Whether the mean error is larger than `limit` allows."""
        return self.metric is limit.metric and self.mean_absolute > 100 * limit.growth


@dataclass(frozen=True)
class Validation:
    """A run beside its reference.

    Attributes:
        statistics: of each metric that both sides know.
        changes: each case and metric behind them, the reference as base.
        unmatched: cases of the reference that the run did not measure.
    """

    statistics: tuple[ErrorStatistics, ...]
    changes: tuple[Change, ...]
    unmatched: tuple[str, ...]

    def fails(self, limit: Limit) -> bool:
        """Whether `limit` is not kept; what could not be compared keeps none."""
        judged = [row for row in self.statistics if row.metric is limit.metric]
        return not judged or any(row.beyond(limit) for row in judged)


def validate(frame: pd.DataFrame, reference: pd.DataFrame) -> Validation:
    """Hold the rows of `frame` against the same cases of `reference`.

    Raises:
        ConfigError: one side varies how a case is built or run and the other does not say how.
    """
    _require_axes(frame, reference)
    comparison = compare(reference, frame)
    by_metric = ([change for change in comparison.changes if change.metric is metric] for metric in Metric)
    return Validation(
        statistics=tuple(_statistics(changes) for changes in by_metric if changes),
        changes=comparison.changes,
        unmatched=(*comparison.broken, *comparison.only_base),
    )


def _require_axes(frame: pd.DataFrame, reference: pd.DataFrame) -> None:
    for name in {*swept(frame), *swept(reference)}:
        for side, rows in (("run", frame), ("reference", reference)):
            if rows[name].isna().all() or (rows[name] == "").all():
                raise ConfigError(
                    f"The cases differ in '{name}', of which the {side} says nothing; "
                    "add that column or leave one of its values."
                )


def _statistics(changes: Sequence[Change]) -> ErrorStatistics:
    ratios = np.array([change.ratio for change in changes])
    stated = [change.new_uncertainty_pct for change in changes if change.new_uncertainty_pct is not None]
    errors = 100 * (ratios - 1)
    worst = int(np.abs(errors).argmax())
    return ErrorStatistics(
        metric=changes[0].metric,
        cases=len(changes),
        mean_absolute=float(np.abs(errors).mean()),
        bias=float(errors.mean()),
        ratio=float(np.exp(np.log(ratios).mean())),
        worst=float(errors[worst]),
        worst_case=changes[worst].case,
        uncertainty_pct=max(stated, default=None),
    )
