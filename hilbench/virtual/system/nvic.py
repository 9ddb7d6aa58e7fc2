"""Exceptions that are pending, active, enabled, and the choice of the next one.

ARMv7-M Architecture Reference Manual (DDI 0403E): B1.5 exception model, B3.4 NVIC.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from hilbench.virtual.core.registers import Registers

_FIRST_IRQ = 16
_STRIDE, _IABR, _IPR = 0x80, 0x200, 0x300
_IDLE = 256
"""Execution priority of thread mode with no mask set: lower than any exception's."""


class Vector(IntEnum):
    """Numbers of the system exceptions."""

    RESET = 1
    NMI = 2
    HARD_FAULT = 3
    MEM_MANAGE = 4
    BUS_FAULT = 5
    USAGE_FAULT = 6
    SECURE_FAULT = 7
    """SecureFault, which only Armv8-M has."""
    SV_CALL = 11
    DEBUG_MONITOR = 12
    PEND_SV = 14
    SYS_TICK = 15


_FIXED = {Vector.RESET: -3, Vector.NMI: -2, Vector.HARD_FAULT: -1}
_OFF_AT_RESET = frozenset(
    {Vector.MEM_MANAGE, Vector.BUS_FAULT, Vector.USAGE_FAULT, Vector.SECURE_FAULT, Vector.DEBUG_MONITOR}
)


class Nvic:
    """Exception state and the interrupt controller's registers, 0xE000E100 .. 0xE000E4EF.

    Args:
        priority_bits: of a priority, that the chip keeps.
        interrupts: how many there are, without the system's own exceptions.

    Attributes:
        numbers: of the exceptions that there are.
        enabled: exceptions that may be taken; at first no interrupts, configurable faults and debug monitor.
        priority: exception number to priority, 0 .. 255, of which the chip keeps the upper bits.
        group_shift: low bits of a priority that do not count for preemption.
        on_change: called when another exception may now be the one to take.
        on_pending: called when an exception becomes pending, enabled or not.
    """

    base = 0xE000_E100
    size = 0x3F0

    def __init__(self, priority_bits: int, interrupts: int) -> None:
        self.numbers = range(_FIRST_IRQ + interrupts)
        self._implemented = 0xFF << (8 - priority_bits) & 0xFF
        self._lines: set[int] = set()
        self.on_change: Callable[[], None] = lambda: None
        self.on_pending: Callable[[], None] = lambda: None
        self.reset()

    def reset(self) -> None:
        """Return to the state after a system reset; lines that peripherals hold stay up."""
        self.enabled = set(range(_FIRST_IRQ)) - _OFF_AT_RESET
        self.pending: set[int] = set()
        self.active: list[int] = []
        self.priority = [0] * len(self.numbers)
        self.group_shift = 1

    def set_line(self, irq: int, *, high: bool) -> None:
        """Raise or lower a peripheral's interrupt request `irq` (level-sensitive)."""
        number = _FIRST_IRQ + irq
        if not high:
            self._lines.discard(number)
            return
        if number not in self._lines:
            self._lines.add(number)
            self.pend(number)

    def pend(self, number: int) -> None:
        """Have exception `number` wait to be taken."""
        self.pending.add(number)
        if number not in self.active:  # nothing preempts itself
            self.on_change()
        self.on_pending()

    def set_priority(self, number: int, value: int) -> None:
        """Give exception `number` a priority."""
        self.priority[number] = value & self._implemented

    def priority_of(self, number: int) -> int:
        """Preemption priority, lower wins; fixed and negative for reset, NMI and HardFault."""
        fixed = _FIXED.get(Vector(number)) if number <= Vector.HARD_FAULT else None
        return self.priority[number] >> self.group_shift << self.group_shift if fixed is None else fixed

    def execution_priority(self, registers: Registers) -> int:
        """Priority of what runs now: the active exceptions' and the masks' (B1.5.4)."""
        level = min((self.priority_of(number) for number in self.active), default=_IDLE)
        if registers.basepri:
            level = min(level, registers.basepri >> self.group_shift << self.group_shift)
        if registers.primask:
            level = min(level, 0)
        if registers.faultmask:
            level = min(level, -1)
        return level

    def next(self, registers: Registers) -> int | None:
        """The pending exception that preempts what runs now, if one does."""
        best = self._best()
        if best is None or self.priority_of(best) >= self.execution_priority(registers):
            return None
        return best

    def wakes(self, registers: Registers) -> bool:
        """Whether something pending ends a WFI: what would be taken if PRIMASK were clear (B1.5.19)."""
        best = self._best()
        if best is None:
            return False
        level = min((self.priority_of(number) for number in self.active), default=_IDLE)
        if registers.basepri:
            level = min(level, registers.basepri)
        return self.priority_of(best) < level

    def held_back(self) -> bool:
        """Whether anything enabled is pending at all."""
        return self._best() is not None

    def enter(self, number: int) -> None:
        """Note that exception `number` is now being handled."""
        self.pending.discard(number)
        self.active.append(number)

    def set_active(self, number: int, *, active: bool) -> None:
        """Have exception `number` be active or not, below those that are, as a write to SHCSR does."""
        if active and number not in self.active:
            self.active.insert(0, number)
        elif not active and number in self.active:
            self.active.remove(number)

    def leave(self, number: int) -> bool:
        """End exception `number`; False when it was not active. A line still up pends it again."""
        active = number in self.active
        if active:
            self.active.remove(number)
        if number in self._lines:
            self.pending.add(number)
        return active

    def read(self, offset: int, size: int) -> int:
        """ISER, ICER, ISPR, ICPR, IABR: a bit an interrupt; IPR: a byte an interrupt."""
        if offset >= _IPR:
            first = _FIRST_IRQ + offset - _IPR
            return int.from_bytes(bytes(self.priority[first : first + size]), "little")
        if offset >= _IABR + _STRIDE:
            return 0
        members = (self.enabled, self.enabled, self.pending, self.pending, set(self.active))
        chosen = members[offset // _STRIDE]
        first = _FIRST_IRQ + offset % _STRIDE * 8
        return sum(1 << bit for bit in range(8 * size) if first + bit in chosen)

    def write(self, offset: int, size: int, value: int) -> None:
        """Set (ISER, ISPR) or clear (ICER, ICPR) the bits that are 1; IPR stores bytes."""
        self.on_change()
        if offset >= _IPR:
            for position, priority in enumerate(value.to_bytes(size, "little")):
                if _FIRST_IRQ + offset - _IPR + position in self.numbers:
                    self.set_priority(_FIRST_IRQ + offset - _IPR + position, priority)
            return
        first = _FIRST_IRQ + offset % _STRIDE * 8
        chosen = {first + bit for bit in range(8 * size) if value >> bit & 1} & set(self.numbers)
        match offset // _STRIDE:
            case 0:
                self.enabled |= chosen
            case 1:
                self.enabled -= chosen
            case 2:
                self.pending |= chosen
                self.on_pending()
            case 3:
                self.pending -= chosen - self._lines

    def _best(self) -> int | None:
        def order(number: int) -> tuple[int, int, int]:
            # B1.5.4: subpriority decides a tie.
            return self.priority_of(number), self.priority[number], number

        return min(self.pending & self.enabled, key=order, default=None)
