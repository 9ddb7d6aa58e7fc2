"""CLOCK and POWER, which share their addresses (nRF52840 PS v1.8, 5.3 and 5.4; nRF9160 PS v2.1, same)."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from hilbench.virtual.peripherals.nrf.events import EventBank

_HFCLKSTARTED, _LFCLKSTARTED, _DONE = 0x100, 0x104, 0x10C
_RESETREAS = 0x400
_HFCLKRUN, _HFCLKSTAT, _LFCLKRUN, _LFCLKSTAT, _LFCLKSRCCOPY = 0x408, 0x40C, 0x414, 0x418, 0x41C
_LFCLKSRC = 0x518
_SOURCE = 3
_RUNNING = 1 << 16
_FROM_CRYSTAL = 1 << 0


class Task(IntEnum):
    """Offsets of the tasks."""

    HFCLKSTART = 0x000
    HFCLKSTOP = 0x004
    LFCLKSTART = 0x008
    LFCLKSTOP = 0x00C
    CAL = 0x010


class Clock(EventBank):
    """Oscillators start at once; the core runs at 64 MHz from either of them.

    Args:
        base: first address.
        set_line: raises or lowers the interrupt request.
        on_low_frequency: called with whether the low-frequency clock runs, when that changes.
    """

    def __init__(
        self,
        base: int,
        set_line: Callable[[bool], None],
        on_low_frequency: Callable[[bool], None] = lambda _: None,
    ) -> None:
        self.on_low_frequency = on_low_frequency
        super().__init__(base, set_line)

    def start(self, task: int) -> None:
        """Start or stop an oscillator."""
        match task:
            case Task.HFCLKSTART:
                self.words[_HFCLKRUN] = 1
                self.words[_HFCLKSTAT] = _RUNNING | _FROM_CRYSTAL
                self.happen(_HFCLKSTARTED)
            case Task.HFCLKSTOP:
                self.words[_HFCLKRUN] = self.words[_HFCLKSTAT] = 0
            case Task.LFCLKSTART:
                source = self.words.get(_LFCLKSRC, 0) & _SOURCE
                self.words[_LFCLKRUN] = 1
                self.words[_LFCLKSRCCOPY] = source
                self.words[_LFCLKSTAT] = _RUNNING | source
                self.on_low_frequency(True)
                self.happen(_LFCLKSTARTED)
            case Task.LFCLKSTOP:
                self.words[_LFCLKRUN] = self.words[_LFCLKSTAT] = 0
                self.on_low_frequency(False)
            case Task.CAL:
                self.happen(_DONE)

    def store(self, offset: int, value: int) -> None:
        """Write a register; a one in RESETREAS takes a reason for reset back."""
        if offset == _RESETREAS:
            self.words[offset] = self.words.get(offset, 0) & ~value
        else:
            super().store(offset, value)
