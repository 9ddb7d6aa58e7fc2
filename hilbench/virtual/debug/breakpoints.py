"""The flash patch and breakpoint unit (ARMv7-M ARM, DDI 0403, C1.11)."""

from __future__ import annotations

from hilbench.virtual.debug.identification import FPB
from hilbench.virtual.machine import Machine

_ENABLE = 1 << 0
_KEY = 1 << 1
_CTRL = 0x0
_COMP0 = 0x8
_BREAK_ENABLE = 1
_CODE = 0x1FFF_FFFC
"""COMP of a version 1 comparator, which selects a word; REPLACE, above it, the half of that word."""


class BreakpointUnit:
    """Instruction comparators that halt the core before the instruction at their address.

    Args:
        machine: whose core it is.
        comparators: how many there are.
        version: 1 reaches only the code region, up to 0x20000000; 2 every address.
    """

    base = FPB.base
    size = 0x100

    def __init__(self, machine: Machine, comparators: int, version: int) -> None:
        self._machine = machine
        self._version = version
        self._enabled = False
        self._comparators = [0] * comparators
        self._active: set[int] = set()

    def read(self, offset: int, size: int) -> int:
        """FP_CTRL tells how many comparators there are; the others read as written."""
        if offset == _CTRL:
            return self._version - 1 << 28 | len(self._comparators) << 4 | self._enabled
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

    def power_on_reset(self) -> None:
        """Return to the state after power-on: there are no breakpoints, and the unit is off."""
        self._enabled = False
        self._comparators = [0] * len(self._comparators)
        self._apply()

    def _index(self, offset: int) -> int | None:
        index = (offset - _COMP0) // 4
        return index if 0 <= index < len(self._comparators) else None

    def _addresses(self, comparator: int) -> set[int]:
        """Addresses at which a comparator stops the core."""
        if not comparator & _BREAK_ENABLE:
            return set()
        if self._version > 1:
            return {comparator & ~1}
        return {(comparator & _CODE) + 2 * half for half in (0, 1) if comparator >> 30 + half & 1}

    def _apply(self) -> None:
        comparators = self._comparators if self._enabled else []
        wanted = {address for each in comparators for address in self._addresses(each)}
        for address in self._active - wanted:
            self._machine.remove_breakpoint(address)
        for address in wanted - self._active:
            self._machine.add_breakpoint(address)
        self._active = wanted
