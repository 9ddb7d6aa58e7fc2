"""Timeline of a board: the current from its supply and the level of its trigger pin over virtual time."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, replace

_CAPACITY = 100_000
"""Segments kept for a reader that does not come; the oldest go first."""


@dataclass(frozen=True)
class Segment:
    """A stretch of virtual time with one current and one trigger level.

    Attributes:
        start: s since power-on.
        end: s since power-on.
        current: A.
        trigger: level of the trigger pin.
    """

    start: float
    end: float
    current: float
    trigger: bool

    @property
    def seconds(self) -> float:
        """Length of the segment, s."""
        return self.end - self.start


class Timeline:
    """Written by the machine as time passes, read by one meter; safe between their threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._segments: deque[Segment] = deque(maxlen=_CAPACITY)
        self._now = 0.0
        self._charge = 0.0
        self._trigger = False
        self._settled = 0.0

    @property
    def now(self) -> float:
        """Virtual time up to which everything is known, s."""
        return self._now

    @property
    def charge(self) -> float:
        """Charge drawn since power-on, C."""
        return self._charge

    @property
    def settled(self) -> float:
        """Virtual time at which the board last fell asleep for a while that its own timer ends, s."""
        return self._settled

    def settle(self) -> None:
        """Note that the board falls asleep at the last known time, for a while that its own timer ends."""
        self._settled = self._now

    def advance(self, until: float, current: float) -> None:
        """Note that the board drew `current`, A, from the last known time to `until`, s."""
        with self._lock:
            if until <= self._now:
                return
            segment = Segment(self._now, until, current, self._trigger)
            self._charge += segment.seconds * current
            self._now = until
            last = self._segments[-1] if self._segments else None
            if last and (last.current, last.trigger, last.end) == (current, self._trigger, segment.start):
                self._segments[-1] = replace(last, end=until)
            else:
                self._segments.append(segment)

    def set_trigger(self, level: bool) -> None:
        """Change the trigger pin at the last known time."""
        with self._lock:
            self._trigger = level

    def read(self, until: float | None = None) -> tuple[Segment, ...]:
        """Take away what happened up to virtual time `until`, s (all of it when None), in order."""
        taken = []
        with self._lock:
            while self._segments and (until is None or self._segments[0].start < until):
                segment = self._segments.popleft()
                if until is not None and segment.end > until:
                    self._segments.appendleft(replace(segment, start=until))
                    segment = replace(segment, end=until)
                taken.append(segment)
        return tuple(taken)
