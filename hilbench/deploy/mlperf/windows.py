"""Windows of many inferences on one input, and what a runner says about them."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LEAST_SECONDS, LEAST_INFERENCES = 10.0, 10
"""Length that MLPerf Tiny asks of a window (inference rules, section 5)."""
INPUTS = 5
"""Inputs, each with a window of its own, of which the median counts."""
_RULE = "-" * 57


@dataclass(frozen=True)
class Window:
    """One window.

    Attributes:
        inferences: in it.
        seconds: by the device's clock.
        begin: time since the session began, s.
        joules: energy; None in performance mode.
    """

    inferences: int
    seconds: float
    begin: float
    joules: float | None = None

    @property
    def throughput(self) -> float:
        """Inferences a second."""
        return self.inferences / self.seconds

    @property
    def joules_an_inference(self) -> float:
        """Energy of one inference, J."""
        return (self.joules or 0.0) / self.inferences

    @property
    def is_long_enough(self) -> bool:
        """Whether it is as long as the rules ask."""
        return self.seconds >= LEAST_SECONDS and self.inferences >= LEAST_INFERENCES


def results_of(windows: Sequence[Window]) -> Iterator[str]:
    """Lines of the runner on windows, whose numbers are even: it counts what is between them, too."""
    numbered = [(2 * index, window) for index, window in enumerate(windows, 1)]
    if all(window.joules is not None for window in windows):
        for number, window in numbered:
            yield from _energy(number, window)
        cost = statistics.median(window.joules_an_inference for window in windows)
        yield from (_RULE, f"Median energy cost is {cost * 1e6:.3f} uJ/inf.", _RULE)
    for number, window in numbered:
        yield from _performance(number, window)
    throughput = statistics.median(window.throughput for window in windows)
    yield from (_RULE, f"Median throughput is {throughput:.3f} inf./sec.", _RULE)
    yield "Cannot compute accuracy metrics in single-run mode."


def _performance(number: int, window: Window) -> Iterator[str]:
    yield f"Performance results for window {number}:"
    yield f"  # Inferences : {window.inferences:>12}"
    yield f"  Runtime      : {window.seconds:>12.3f} sec."
    yield f"  Throughput   : {window.throughput:>12.3f} inf./sec."
    if window.is_long_enough:
        yield "Runtime requirements have been met."
    else:
        asked = f"{LEAST_SECONDS:g} sec. and {LEAST_INFERENCES} inferences"
        yield f"Runtime requirements have NOT been met: {asked}."


def _energy(number: int, window: Window) -> Iterator[str]:
    joules = window.joules or 0.0
    yield f"Energy data for window {number} at time {window.begin:.2f} for {window.seconds:.2f} sec.:"
    yield f"  Energy       : {joules * 1e6:>12.3f} uJ"
    yield f"  Power        : {joules / window.seconds * 1e6:>12.3f} uW"
    yield f"  Energy/Inf.  : {window.joules_an_inference * 1e6:>12.3f} uJ/inf."
