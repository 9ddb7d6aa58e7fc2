"""A point in time by which a stage must have ended; made once and handed down through every wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

Clock = Callable[[], float]
"""Function that returns the time, in s, from any origin."""

_LOOK_S = 0.25
"""Longest wait between two looks at a clock that does not run evenly."""


@dataclass(frozen=True)
class Deadline:
    """A point on a clock, in s, and the length it was made with (for the error's sentence).

    Attributes:
        key: what to raise where it is too short, an entry of boards.yaml; empty where nobody can.
        clock: it is on; the monotonic one of the machine, but for boards that are launched.
    """

    at: float
    seconds: float
    key: str = ""
    clock: Clock = time.monotonic

    @classmethod
    def after(cls, seconds: float, key: str = "", clock: Clock = time.monotonic) -> Deadline:
        """The deadline `seconds` from now."""
        return cls(clock() + seconds, seconds, key, clock)

    @property
    def remaining(self) -> float:
        """Seconds left; never negative."""
        return max(0.0, self.at - self.clock())

    @property
    def wait_s(self) -> float:
        """Seconds of wall time to wait before the next look at it: no more than are left."""
        return self.remaining if self.clock is time.monotonic else min(self.remaining, _LOOK_S)

    @property
    def expired(self) -> bool:
        """Whether the time is up."""
        return self.clock() >= self.at

    @property
    def advice(self) -> str:
        """Advice where the time was too short, as the end of a sentence without its full stop."""
        return f"; raise {self.key} in boards.yaml where it needs longer" if self.key else ""
