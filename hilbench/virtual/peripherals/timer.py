"""Timers as the machine sees them: when one will do something by itself, and to do it then."""

from __future__ import annotations

from typing import Protocol


class Timer(Protocol):
    """A peripheral that acts when its time has come, whether the core runs or sleeps."""

    @property
    def due(self) -> float | None:
        """Virtual time at which it next has something to tell, s; None while it has not."""

    def catch_up(self, now: float) -> None:
        """Do what was due until `now`, s."""


class Counter:
    """Counts periods of a clock from when it was started, past every wrap.

    Attributes:
        frequency: periods a second, Hz.
    """

    def __init__(self) -> None:
        self.frequency = 0.0
        self._count = 0
        self._since: float | None = None

    @property
    def running(self) -> bool:
        """Whether it counts."""
        return self._since is not None and self.frequency > 0

    def start(self, now: float, frequency: float) -> None:
        """Count on, at `frequency` Hz from `now`, s."""
        self._count, self._since, self.frequency = self.at(now), now, frequency

    def stop(self, now: float) -> None:
        """Stop the count where it is."""
        self._count, self._since = self.at(now), None

    def set(self, count: int, now: float) -> None:
        """Have the count be `count`."""
        self._count = count
        self._since = None if self._since is None else now

    def at(self, now: float) -> int:
        """The count at `now`, s."""
        if self._since is None:
            return self._count
        # A count that is due at `now` has been reached, whatever rounding makes of it.
        return self._count + int((now - self._since) * self.frequency + _ROUNDING)

    def time_of(self, count: int) -> float | None:
        """Virtual time at which a count is reached, s; None while it stands still."""
        if self._since is None or not self.frequency:
            return None
        return self._since + (count - self._count) / self.frequency


_ROUNDING = 1e-6
"""Share of a period added to a count, so that rounding hides none that is due."""
