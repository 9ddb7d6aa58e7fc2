"""A PPK2's byte stream, checked: samples counted, losses found, byte alignment kept.

Sample: u32 little-endian; bits 0-13 ADC, 14-16 range, 18-23 counter modulo 64, 24-31 digital inputs D0-D7.
Source: Nordic's nRF Connect Power Profiler, serial device class.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hilbench.power.trace import Edge

_WORD = 4
_COUNTER_MODULUS = 64
_PROOF = 8
"""Consecutive counters that prove an alignment: chance does it once in 64^7."""
_PROOF_BYTES = (_PROOF + 1) * _WORD

Words = NDArray[np.uint32]


class Ppk2Stream:
    """Collects one capture from pieces of any length.

    Args:
        trigger_input: digital input (0-7) that the trigger pin is wired to.
    """

    def __init__(self, trigger_input: int) -> None:
        self._trigger_mask = np.uint32(1 << (24 + trigger_input))
        self._pending = b""
        self._pieces: list[Words] = []
        self._counter: int | None = None
        self._level: bool | None = None
        self.count = 0
        """Samples collected."""
        self.edges: list[Edge] = []
        self.gaps: list[int] = []
        """Sample indexes just before which samples were lost."""
        self.dropped = 0
        """Samples known to be lost: a lower bound, because the counter is modulo 64."""

    @property
    def words(self) -> Words:
        """All collected sample words, shape (n,)."""
        return np.concatenate(self._pieces) if self._pieces else np.empty(0, np.uint32)

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        self._pending += data
        while self._take_run() or self._step_over_break():
            pass

    def _take_run(self) -> bool:
        """Move the samples that continue the count to the capture; whether there were any."""
        if self._counter is None:
            return False
        words = _words(self._pending)
        expected = np.arange(self._counter + 1, self._counter + 1 + len(words)) % _COUNTER_MODULUS
        breaks = np.flatnonzero(_counters(words) != expected)
        run = words[: breaks[0]] if len(breaks) else words
        if not len(run):
            return False
        self._collect(run)
        self._pending = self._pending[_WORD * len(run) :]
        return True

    def _step_over_break(self) -> bool:
        """Find where the count goes on, and note the loss; False while too little has arrived to tell."""
        if len(self._pending) < _PROOF_BYTES:
            return False
        shift = next((shift for shift in range(_WORD) if _is_aligned(self._pending[shift:])), None)
        if shift is None:
            self._note_loss(1)
            self._pending = self._pending[_WORD:]
            return True
        self._pending = self._pending[shift:]
        counter = int(_counters(_words(self._pending[:_WORD]))[0])
        if self._counter is not None:
            self._note_loss(max(1, (counter - self._counter - 1) % _COUNTER_MODULUS))
        self._counter = (counter - 1) % _COUNTER_MODULUS
        return True

    def _note_loss(self, samples: int) -> None:
        if not self.count:  # what came before the first sample is not missed
            return
        self.dropped += samples
        if not self.gaps or self.gaps[-1] != self.count:
            self.gaps.append(self.count)

    def _collect(self, run: Words) -> None:
        high = (run & self._trigger_mask) != 0
        before = high[0] if self._level is None else self._level
        changes = np.flatnonzero(np.diff(high, prepend=before))
        self.edges += [Edge(self.count + int(at), rising=bool(high[at])) for at in changes]
        self._level = bool(high[-1])
        self._counter = (int(run[-1]) >> 18) % _COUNTER_MODULUS
        self._pieces.append(run)
        self.count += len(run)


def _words(data: bytes) -> Words:
    return np.frombuffer(data, "<u4", len(data) // _WORD)


def _counters(words: Words) -> NDArray[np.uint32]:
    return (words >> np.uint32(18)) & np.uint32(_COUNTER_MODULUS - 1)


def _is_aligned(data: bytes) -> bool:
    counters = _counters(_words(data[: _PROOF * _WORD]))
    expected = np.arange(counters[0], counters[0] + _PROOF) % _COUNTER_MODULUS
    return np.array_equal(counters, expected)
