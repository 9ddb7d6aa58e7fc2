"""An X-NUCLEO-LPM01A's ASCII stream: samples, time stamps and trigger events (ST UM2269).

The instrument reports the falling edge, on which a window starts. Where the window ends is seen in the
current: the core goes to sleep there, and the supply current falls back to its idle level.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from hilbench.power.trace import Edge

_SAMPLE = re.compile(rb"\0?(\d{4,5})-(\d\d)")
_TIME_STAMP = re.compile(rb"TimeStamp: (\d{1,9})s (\d{1,3})ms, buff +\d{1,3}%")
_EVENT = re.compile(rb"event (\d\d) \w+")
_LONGEST_LINE = 1024
"""Longest line, bytes; a longer one is noise."""
_EVENT_MODULUS = 100
_LEVEL_SAMPLES = 20
"""Samples either side of the falling edge that tell the idle current from the running one."""
_ASLEEP_SAMPLES = 5
"""Samples in a row below the middle that show sleep: one may be noise."""


class Lpm01aStream:
    """Collects one capture from pieces of any length.

    Args:
        rate: samples a second, for the time stamps.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._pending = b""
        self._values: list[float] = []
        self._events = 0
        self._searched = 0
        self.edges: list[Edge] = []
        self.gaps: list[int] = []
        """Sample indexes just before which samples were lost."""
        self.dropped = 0
        """Samples known to be lost."""

    @property
    def count(self) -> int:
        """Samples collected."""
        return len(self._values)

    @property
    def current(self) -> NDArray[np.float64]:
        """All collected samples, shape (n,), in A."""
        return np.array(self._values)

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        *lines, self._pending = (self._pending + data).split(b"\n")
        if len(self._pending) > _LONGEST_LINE:
            lines.append(self._pending)
            self._pending = b""
        for line in lines:
            self._take(line.strip(b"\r "))
        self._find_end_of_window()

    def _take(self, line: bytes) -> None:
        if found := _SAMPLE.fullmatch(line):
            self._values.append(int(found[1]) * 10.0 ** -int(found[2]))
        elif found := _TIME_STAMP.fullmatch(line):
            self._check_time(int(found[1]) + int(found[2]) / 1000)
        elif found := _EVENT.fullmatch(line):
            self._find_end_of_window()  # of the one before, which may have come in the same piece
            if int(found[1]) != self._events % _EVENT_MODULUS:
                self._note_loss(1)
            self._events = int(found[1]) + 1
            self.edges.append(Edge(self.count, rising=False))
            self._searched = self.count + _LEVEL_SAMPLES
        elif line:
            self._note_loss(1)

    def _check_time(self, seconds: float) -> None:
        """The stamp counts every sample taken; what did not arrive is lost."""
        lost = round(seconds * self._rate) - self.count - self.dropped
        if lost > 0:
            self._note_loss(lost)

    def _note_loss(self, samples: int) -> None:
        self.dropped += samples
        self.gaps.append(self.count)

    def _find_end_of_window(self) -> None:
        if not self.edges or self.edges[-1].rising:
            return
        start = self.edges[-1].index
        new = self._values[self._searched : self.count]
        if len(new) < _ASLEEP_SAMPLES or start < _LEVEL_SAMPLES:
            return
        idle = np.median(self._values[start - _LEVEL_SAMPLES : start])
        running = np.median(self._values[start + 1 : start + 1 + _LEVEL_SAMPLES])
        asleep = np.abs(np.array(new) - idle) < np.abs(np.array(new) - running)
        runs = np.convolve(asleep, np.ones(_ASLEEP_SAMPLES, int), "valid") == _ASLEEP_SAMPLES
        if runs.any():
            self.edges.append(Edge(self._searched + int(np.argmax(runs)), rising=True))
        self._searched += len(new) - _ASLEEP_SAMPLES + 1
