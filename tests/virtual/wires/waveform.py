"""A supply whose current and trigger are functions of time, for tests of the meters alone."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import numpy as np

from hilbench.virtual.meters.supply import Samples

PERIOD_S = 0.02


@dataclass
class SquareWave:
    """`low` A while the trigger is low, `high` A otherwise; its clock is the wall's until it is frozen."""

    low: float
    high: float
    _started: float = field(default_factory=time.monotonic)
    _frozen: float | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def now(self) -> float:
        with self._lock:
            return time.monotonic() - self._started if self._frozen is None else self._frozen

    def freeze(self) -> float:
        """Stop the clock; the time it stands at."""
        with self._lock:
            self._frozen = time.monotonic() - self._started
            return self._frozen

    @property
    def settled(self) -> float:
        return 0.0

    def sample(self, start: float, count: int, rate: float) -> Samples:
        times = start + np.arange(count) / rate
        trigger = (times % PERIOD_S) < PERIOD_S / 2
        return Samples(current=np.where(trigger, self.high, self.low), trigger=trigger)

    def forget(self, before: float) -> None:
        """Do nothing; no sample is kept."""
