"""Modes of MLPerf Tiny."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """Kind of run; the rules of each are MLPerf Tiny's (inference rules, sections 4 and 5)."""

    PERFORMANCE = "performance"
    """Inferences a second: the median of five inputs."""
    ENERGY = "energy"
    """Energy of an inference: the median of five inputs."""
    ACCURACY = "accuracy"
    """Share of a data set that is classified rightly, and the area under the ROC curve."""

    @property
    def code(self) -> str:
        """Name of the benchmark in the log of the runner."""
        return "ulp-ml" if self is Mode.ENERGY else "ulp-mlperf"

    @property
    def benchmark(self) -> str:
        """Title of the benchmark in the log of the runner."""
        return "ML Energy 1.0.1" if self is Mode.ENERGY else "ML Performance 1.0.1"
