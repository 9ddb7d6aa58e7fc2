"""The cycle counter of the Data Watchpoint and Trace unit (ARMv7-M ARM C1.8)."""

from __future__ import annotations

from collections.abc import Callable

from hilbench.virtual.peripherals.bank import RegisterBank

_CTRL, _CYCCNT, _LAR, _LSR = 0x000, 0x004, 0xFB0, 0xFB4
_CYCCNTENA = 1
_NOCYCCNT = 1 << 25
_NUMCOMP_SHIFT = 28


class CycleCounter(RegisterBank):
    """DWT_CTRL and DWT_CYCCNT; the counter stops while the core sleeps, as on the chip.

    Args:
        now: executed cycles, exact to the instruction that reads.
        comparators: how many watchpoints DWT_CTRL tells of.
        counts: whether there is a CYCCNT at all; the Cortex-M0+ has none.
    """

    def __init__(self, now: Callable[[], int], *, comparators: int, counts: bool) -> None:
        self._constant = comparators << _NUMCOMP_SHIFT | (0 if counts else _NOCYCCNT)
        self._counts = counts
        super().__init__(0xE000_1000, 0x1000, {_CTRL: self._constant})
        self._now = now
        self._origin = 0

    def load(self, offset: int) -> int:
        """Read a register; CYCCNT counts only while CYCCNTENA is set."""
        return self._count(self._now()) if offset == _CYCCNT else super().load(offset)

    def store(self, offset: int, value: int) -> None:
        """Write a register; enabling resumes the count where it was, writing CYCCNT sets it."""
        if offset in (_CTRL, _CYCCNT) and not self._counts:
            return
        if offset == _CTRL:
            now = self._now()
            count = self._count(now)
            self.words[_CTRL] = self._constant | value & 0x0FFF_FFFF
            self._set(count, now)
        elif offset == _CYCCNT:
            self._set(value, self._now())
        elif offset not in (_LAR, _LSR):
            super().store(offset, value)

    def _count(self, now: int) -> int:
        running = self.words[_CTRL] & _CYCCNTENA
        return now - self._origin & 0xFFFF_FFFF if running else self.words.get(_CYCCNT, 0)

    def _set(self, count: int, now: int) -> None:
        self.words[_CYCCNT] = count
        self._origin = now - count
