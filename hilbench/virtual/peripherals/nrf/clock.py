"""CLOCK and POWER, which share their addresses (nRF52840 PS v1.8, 5.3 and 5.4; nRF9160 PS v2.1, same)."""

from __future__ import annotations

from enum import IntEnum

from hilbench.virtual.peripherals.nrf.events import EventBank

_HFCLKSTARTED, _LFCLKSTARTED = 0x100, 0x104
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


class Clock(EventBank):
    """Oscillators start at once; the core runs at 64 MHz from either of them."""

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
                self.happen(_LFCLKSTARTED)
            case Task.LFCLKSTOP:
                self.words[_LFCLKRUN] = self.words[_LFCLKSTAT] = 0
