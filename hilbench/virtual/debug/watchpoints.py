"""The comparators of the data watchpoint unit (ARMv7-M ARM, DDI 0403, C1.8).

Its cycle counter belongs to the core and lives elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from hilbench.virtual.debug.identification import DWT
from hilbench.virtual.machine import Access, Machine

_STRIDE = 0x10
_FIRST = 0x20
_LARGEST_MASK = 15
_FUNCTION_BITS = 0xF


class Field(IntEnum):
    """Offset of a register in a comparator's set."""

    COMP = 0x0
    MASK = 0x4
    FUNCTION = 0x8


_ACCESSES = {5: Access.READ, 6: Access.WRITE, 7: Access.READ_WRITE}
"""FUNCTION values that watch data."""


@dataclass
class _Comparator:
    comp: int = 0
    mask: int = 0
    function: int = 0

    @property
    def watch(self) -> tuple[int, int, Access] | None:
        """Address, size and access it watches; None while it watches nothing."""
        access = _ACCESSES.get(self.function)
        if access is None:
            return None
        size = 1 << self.mask
        return self.comp & ~(size - 1), size, access


class WatchpointComparators:
    """Comparators that halt the core after an access to a power of two of bytes."""

    base = DWT.base + _FIRST

    def __init__(self, machine: Machine, comparators: int) -> None:
        self.size = comparators * _STRIDE
        self._machine = machine
        self._comparators = [_Comparator() for _ in range(comparators)]
        self._active: set[tuple[int, int, Access]] = set()

    def read(self, offset: int, size: int) -> int:
        """Read a comparator's register as it was written, as far as it is implemented."""
        comparator = self._comparators[offset // _STRIDE]
        match offset % _STRIDE:
            case Field.COMP:
                return comparator.comp
            case Field.MASK:
                return comparator.mask
            case Field.FUNCTION:
                return comparator.function
        return 0

    def write(self, offset: int, size: int, value: int) -> None:
        """Set a comparator; a nonzero FUNCTION arms it."""
        comparator = self._comparators[offset // _STRIDE]
        match offset % _STRIDE:
            case Field.COMP:
                comparator.comp = value
            case Field.MASK:
                comparator.mask = min(value, _LARGEST_MASK)
            case Field.FUNCTION:
                comparator.function = value & _FUNCTION_BITS
        self._apply()

    def reset(self) -> None:
        """A system reset leaves watchpoints alone."""

    def power_on_reset(self) -> None:
        """Return to the state after power-on: there are no watchpoints."""
        self._comparators = [_Comparator() for _ in self._comparators]
        self._apply()

    def _apply(self) -> None:
        wanted = {each.watch for each in self._comparators if each.watch is not None}
        for watch in self._active - wanted:
            self._machine.remove_watchpoint(*watch)
        for watch in wanted - self._active:
            self._machine.add_watchpoint(*watch)
        self._active = wanted
