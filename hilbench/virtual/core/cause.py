"""Causes of faults, as CFSR tells them (ARMv7-M ARM, DDI 0403E, B3.2.15; Armv8-M ARM, DDI 0553, D1.2)."""

from __future__ import annotations

from enum import IntFlag

from hilbench.virtual.core.stop_reason import StopReason
from hilbench.virtual.system.nvic import Vector


class Fault(IntFlag):
    """Bits of CFSR."""

    INSTRUCTION_ACCESS = 1 << 0
    INSTRUCTION_BUS = 1 << 8
    PRECISE = 1 << 9
    UNSTACKING = 1 << 11
    STACKING = 1 << 12
    LAZY_STACKING = 1 << 13
    BUS_ADDRESS_VALID = 1 << 15
    UNDEFINED = 1 << 16
    INVALID_STATE = 1 << 17
    INVALID_PC = 1 << 18
    NO_COPROCESSOR = 1 << 19
    STACK_OVERFLOW = 1 << 20
    UNALIGNED = 1 << 24
    DIVIDE_BY_ZERO = 1 << 25

    @property
    def vector(self) -> Vector:
        """The exception that it is."""
        if self >= Fault.UNDEFINED:
            return Vector.USAGE_FAULT
        return Vector.BUS_FAULT if self >= Fault.INSTRUCTION_BUS else Vector.MEM_MANAGE


FAULTS = {
    StopReason.UNDEFINED: Fault.UNDEFINED,
    StopReason.WRONG_STATE: Fault.INVALID_STATE,
    StopReason.NO_COPROCESSOR: Fault.NO_COPROCESSOR,
    StopReason.STACK_OVERFLOW: Fault.STACK_OVERFLOW,
    StopReason.UNALIGNED: Fault.UNALIGNED,
    StopReason.DIVIDE_BY_ZERO: Fault.DIVIDE_BY_ZERO,
    StopReason.EXECUTE_NEVER: Fault.INSTRUCTION_ACCESS,
    StopReason.FETCH_FAULT: Fault.INSTRUCTION_BUS,
    StopReason.DATA_FAULT: Fault.PRECISE | Fault.BUS_ADDRESS_VALID,
}
"""Ends of a run that are a fault, and the bits of CFSR."""
