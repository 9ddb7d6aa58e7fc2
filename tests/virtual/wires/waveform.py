"""A supply whose current and trigger are functions of time, for tests of the meters alone."""

from __future__ import annotations

import threading

import numpy as np

from hilbench.virtual.meters.supply import Samples

PERIOD_S = 0.02
_LOOKS = 6
"""Looks at the time in which a meter has obeyed what it was sent, and taken what was due."""
_LIMIT_S = 60


class SquareWave:
    """`low` A while the trigger is low, `high` A otherwise; its time passes only when a test says so."""

    def __init__(self, low: float, high: float) -> None:
        self._low, self._high = low, high
        self._time = 0.0
        self._looks = 0
        self._looked = threading.Condition()

    @property
    def now(self) -> float:
        with self._looked:
            self._looks += 1
            self._looked.notify_all()
            return self._time

    def clock(self) -> float:
        """The time, told to who does not sample."""
        return self._time

    def advance(self, seconds: float) -> None:
        """Let time pass, all at once."""
        with self._looked:
            self._time += seconds

    def wait_for_looks(self) -> None:
        """Wait until the meter has done all that it can do at this time."""
        with self._looked:
            enough = self._looks + _LOOKS
            assert self._looked.wait_for(lambda: self._looks >= enough, _LIMIT_S)

    @property
    def settled(self) -> float:
        return 0.0

    def sample(self, start: float, count: int, rate: float) -> Samples:
        times = start + np.arange(count) / rate
        trigger = (times % PERIOD_S) < PERIOD_S / 2
        return Samples(current=np.where(trigger, self._high, self._low), trigger=trigger)

    def forget(self, before: float) -> None:
        """Do nothing; no sample is kept."""
