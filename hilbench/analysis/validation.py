"""Distance of the figures of one run from a reference's: the error statistics of a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from hilbench.analysis.compare import Change, Comparison, compare_pairs
from hilbench.analysis.contrast import contrasts
from hilbench.analysis.metric import Limit, Metric
from hilbench.analysis.mismatch import mismatches, strangers
from hilbench.analysis.pairing import pair
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
    """A run compared with its reference.

    Attributes:
        statistics: of each metric that both sides know.
        comparison: each case and metric behind them, the reference as base.
        mismatched: cases that both measured, though under conditions that differ.
        mismatch: in words what those differ in.
    """

    statistics: tuple[ErrorStatistics, ...]
    comparison: Comparison
    mismatched: tuple[str, ...] = ()
    mismatch: str = ""

    @property
    def unmatched(self) -> tuple[str, ...]:
        """Cases of the reference that the run did not measure, or not as the reference did."""
        return (*self.comparison.broken, *self.comparison.only_base, *self.mismatched)

    def fails(self, limit: Limit) -> bool:
        """Whether `limit` is not kept; what could not be compared keeps none."""
        judged = [row for row in self.statistics if row.metric is limit.metric]
        return not judged or any(row.beyond(limit) for row in judged)


def validate(frame: pd.DataFrame, reference: pd.DataFrame) -> Validation:
    """Hold the rows of `frame` against the same cases of `reference`.

    Rows of another variant, tuning, flags, placement or caches than their reference's are left out and named.

    Raises:
        ConfigError: one side varies how a case is built or run and the other does not say how, or the two
            have nothing in common that can be compared.
    """
    pairing = pair(reference, frame)
    _require_axes(pairing.axes, frame, reference)
    unlike = tuple(each for each in pairing.pairs if mismatches([each]))
    alike = tuple(each for each in pairing.pairs if not mismatches([each]))
    mismatch = mismatches(unlike) if unlike or alike else strangers(frame, reference)
    if mismatch and not alike:
        raise ConfigError(
            f"The run has {mismatch}, so its figures say nothing of an error; measure it as its reference "
            "was, or see what the difference costs with `hilbench compare`."
        )
    differing = contrasts(reference, frame)
    comparison = compare_pairs(replace(pairing, pairs=alike), differing)
    by_metric = ([change for change in comparison.changes if change.metric is metric] for metric in Metric)
    return Validation(
        statistics=tuple(_statistics(changes) for changes in by_metric if changes),
        comparison=comparison,
        mismatched=tuple(pairing.title(*each) for each in unlike),
        mismatch=mismatch,
    )


def _require_axes(axes: Sequence[str], frame: pd.DataFrame, reference: pd.DataFrame) -> None:
    for name in axes:
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
