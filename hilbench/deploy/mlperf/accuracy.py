"""Metrics of MLPerf Tiny: top-1, and the area under the ROC curve (AUC)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Accuracy:
    """Metrics over a data set.

    Attributes:
        top1: share of the inputs that are classified rightly.
        auc: area under the ROC curve: of anomalies, or the mean over the classes, each against the others;
            None where there is one class alone.
        inputs: how many there are.
    """

    top1: float
    auc: float | None
    inputs: int

    @property
    def lines(self) -> Iterator[str]:
        """Lines of the runner."""
        yield f"Top-1: {100 * self.top1:.1f}%"
        if self.auc is not None:
            yield f"AUC: {self.auc:.2f}"


def classification(scores: Reals, labels: Sequence[int]) -> Accuracy:
    """Metrics of a classifier.

    Args:
        scores: of each class for each input, (inputs, classes).
        labels: right class of each input.
    """
    right = np.asarray(labels)
    areas = [
        area
        for index in range(scores.shape[1])
        if (area := area_under_curve(scores[:, index], right == index)) is not None
    ]
    top1 = float(np.mean(np.argmax(scores, axis=1) == right))
    return Accuracy(top1, float(np.mean(areas)) if areas else None, len(right))


def anomaly_detection(errors: Sequence[float], labels: Sequence[int]) -> Accuracy:
    """Metrics of an autoencoder whose error of reconstruction tells anomalies (label 1) from the rest (0).

    Top-1 is the share that the threshold with the most right answers gets right.
    """
    scores, anomalous = np.asarray(errors, float), np.asarray(labels) > 0
    best = max(float(np.mean((scores >= threshold) == anomalous)) for threshold in (*scores, np.inf))
    return Accuracy(best, area_under_curve(scores, anomalous), len(scores))


def area_under_curve(scores: Reals, positive: NDArray[np.bool_]) -> float | None:
    """Chance that a positive scores higher than a negative, ties counting half; None without either.

    It equals the area under the ROC curve (Hanley and McNeil, Radiology 1982).
    """
    high, low = scores[positive], np.sort(scores[~positive])
    if not len(high) or not len(low):
        return None
    below = np.searchsorted(low, high, "left") + np.searchsorted(low, high, "right")
    return float(below.mean() / 2 / len(low))
