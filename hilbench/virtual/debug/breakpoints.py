"""The flash patch and breakpoint unit, version 2 (ARMv7-M ARM, DDI 0403, C1.11; Cortex-M7 TRM, 11.3)."""

from __future__ import annotations

from hilbench.virtual.debug.identification import FPB
from hilbench.virtual.machine import Machine

_COMPARATORS = 8
_VERSION_2 = 1 << 28
_ENABLE = 1 << 0
_KEY = 1 << 1
_CTRL = 0x0
_COMP0 = 0x8
_BREAK_ENABLE = 1


class BreakpointUnit:
    """Eight instruction comparators that halt the core before the instruction at their address."""

    base = FPB.base
    size = 0x100

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._enabled = False
        self._comparators = [0] * _COMPARATORS
        self._active: set[int] = set()

    def read(self, offset: int, size: int) -> int:
        """FP_CTRL tells how many comparators there are; the others read as written."""
        if offset == _CTRL:
            return _VERSION_2 | _COMPARATORS << 4 | self._enabled
        index = self._index(offset)
        return 0 if index is None else self._comparators[index]

    def write(self, offset: int, size: int, value: int) -> None:
        """FP_CTRL needs its KEY bit; a comparator's bit 0 enables it."""
        index = self._index(offset)
        if offset == _CTRL and value & _KEY:
            self._enabled = bool(value & _ENABLE)
        elif index is not None:
            self._comparators[index] = value
        self._apply()

    def reset(self) -> None:
        """A system reset leaves breakpoints alone."""

    @staticmethod
    def _index(offset: int) -> int | None:
        index = (offset - _COMP0) // 4
        return index if 0 <= index < _COMPARATORS else None

    def _apply(self) -> None:
        wanted = {value & ~1 for value in self._comparators if self._enabled and value & _BREAK_ENABLE}
        for address in self._active - wanted:
            self._machine.remove_breakpoint(address)
        for address in wanted - self._active:
            self._machine.add_breakpoint(address)
        self._active = wanted
