"""A board as a meter sees it: the current it draws and the trigger pin, on the board's own clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hilbench.virtual.power.timeline import Timeline


@dataclass(frozen=True)
class Samples:
    """Consecutive samples of a supply.

    Attributes:
        current: shape (n,), mean over each sample's interval, A.
        trigger: shape (n,), level of the trigger pin at each interval's end.
    """

    current: NDArray[np.float64]
    trigger: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.current)


class Supply(Protocol):
    """The wire that a meter sits in."""

    @property
    def now(self) -> float:
        """The board's virtual time, in s; what lies before it can be sampled."""

    @property
    def settled(self) -> float:
        """Virtual time at which the board last fell asleep for a while, s."""

    def sample(self, start: float, count: int, rate: float) -> Samples:
        """The next `count` samples of a clock of `rate` Hz, from virtual time `start`, s."""

    def forget(self, before: float) -> None:
        """Let go of what happened before virtual time `before`, in s."""


class TimelineSupply:
    """A supply that reads what the machine wrote down; samples are taken in rising order."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline

    @property
    def now(self) -> float:
        """Virtual time up to which everything is known, in s."""
        return self._timeline.now

    @property
    def settled(self) -> float:
        """Virtual time at which the board last fell asleep for a while that its own timer ends, s."""
        return self._timeline.settled

    def sample(self, start: float, count: int, rate: float) -> Samples:
        """Mean current of each interval, so that samples add up to the charge that was drawn."""
        bounds = start + np.arange(count + 1) / rate
        self.forget(float(bounds[0]))
        segments = self._timeline.read(until=float(bounds[-1]))
        if not segments:
            return Samples(np.zeros(count), np.ones(count, np.bool_))
        times = np.array([time for each in segments for time in (each.start, each.end)])
        steps = np.array([charge for each in segments for charge in (0.0, each.seconds * each.current)])
        charge = np.interp(bounds, times, np.cumsum(steps))
        holding = np.searchsorted(times[::2], bounds[1:]) - 1
        levels = np.array([each.trigger for each in segments])
        return Samples(np.diff(charge) * rate, levels[np.maximum(holding, 0)])

    def forget(self, before: float) -> None:
        """Drop what happened before virtual time `before`, in s."""
        self._timeline.read(until=before)
