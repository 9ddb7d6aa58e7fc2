"""Exception entry and return, and how faults become exceptions.

ARMv7-M Architecture Reference Manual (DDI 0403E): B1.5.6 entry, B1.5.8 return, B1.5.14 faults,
B1.5.15 lockup. Entry and return take the 12 cycles that the architecture's integer cores take.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntFlag

from hilbench.virtual.bus import Bus, BusFault
from hilbench.virtual.core.counting import BlockCounter
from hilbench.virtual.core.ending import Ending, Stop
from hilbench.virtual.core.registers import (
    FPCA,
    FPSCR,
    LR,
    MSP,
    PC,
    PSP,
    S0,
    SP,
    SPSEL,
    THUMB,
    XPSR,
    Registers,
)
from hilbench.virtual.system.nvic import Nvic, Vector
from hilbench.virtual.system.scs import SystemControl

ENTRY_CYCLES = 12
_FRAME = struct.Struct("<8I")
_FLOAT_FRAME = struct.Struct("<18I")
_STACK_ALIGNED = 1 << 9
"""Set in the stacked xPSR when a word was skipped to align the frame to 8 bytes."""
_CONDITION_FLAGS = 0xF800_0000 | 0xF_0000


class Fault(IntFlag):
    """Bits of CFSR (B3.2.15)."""

    INSTRUCTION_ACCESS = 1 << 0
    INSTRUCTION_BUS = 1 << 8
    PRECISE = 1 << 9
    UNSTACKING = 1 << 11
    STACKING = 1 << 12
    BUS_ADDRESS_VALID = 1 << 15
    UNDEFINED = 1 << 16
    INVALID_STATE = 1 << 17
    INVALID_PC = 1 << 18
    NO_COPROCESSOR = 1 << 19
    UNALIGNED = 1 << 24
    DIVIDE_BY_ZERO = 1 << 25


@dataclass(frozen=True)
class Lockup(Exception):
    """The core cannot go on: a fault where no handler can run."""

    reason: str


FAULTS = {
    Stop.UNDEFINED: (Vector.USAGE_FAULT, Fault.UNDEFINED),
    Stop.WRONG_STATE: (Vector.USAGE_FAULT, Fault.INVALID_STATE),
    Stop.NO_COPROCESSOR: (Vector.USAGE_FAULT, Fault.NO_COPROCESSOR),
    Stop.UNALIGNED: (Vector.USAGE_FAULT, Fault.UNALIGNED),
    Stop.DIVIDE_BY_ZERO: (Vector.USAGE_FAULT, Fault.DIVIDE_BY_ZERO),
    Stop.EXECUTE_NEVER: (Vector.MEM_MANAGE, Fault.INSTRUCTION_ACCESS),
    Stop.FETCH_FAULT: (Vector.BUS_FAULT, Fault.INSTRUCTION_BUS),
    Stop.DATA_FAULT: (Vector.BUS_FAULT, Fault.PRECISE | Fault.BUS_ADDRESS_VALID),
}
"""Ends of a run that are a fault: the exception it should be, and the bits of CFSR."""


class ExceptionUnit:
    """Moves the core in and out of exception handlers.

    Attributes:
        event: the event register, which entry and return set and WFE clears (B1.5.18).
        last_fault: address of the last instruction whose fault led to a handler, and how; None without one.
    """

    def __init__(
        self, registers: Registers, bus: Bus, nvic: Nvic, system: SystemControl, counter: BlockCounter
    ) -> None:
        self._registers = registers
        self._bus = bus
        self._nvic = nvic
        self._system = system
        self._counter = counter
        self.event = False
        self.last_fault: tuple[int, Ending] | None = None

    def reset(self) -> None:
        """Load the stack pointer and the reset vector (B1.5.5).

        Raises:
            Lockup: the vector table cannot be read.
        """
        self.event = False
        self.last_fault = None
        for index in range(13):
            self._registers.write(index, 0)
        self._registers.control = 0
        self._registers.write(20, 0)
        self._registers.write(LR, 0xFFFF_FFFF)
        self._counter.forget_position()
        table = self._system.vector_table
        try:
            stack, entry = struct.unpack("<2I", self._bus.read(table, 8))
        except BusFault as fault:
            raise Lockup("no vector table") from fault
        self._registers.write(XPSR, (entry & 1) * THUMB)
        self._registers.write(MSP, stack & ~3)
        self._registers.write(SP, stack & ~3)
        self._registers.write(PC, entry)

    def fault(self, ending: Ending) -> None:
        """Take the fault that ended a run.

        Raises:
            Lockup: it happened at HardFault's priority or above.
        """
        vector, cause = FAULTS[ending.stop]
        pc = self._registers.pc
        self._system.fault_status |= cause
        if cause & Fault.BUS_ADDRESS_VALID:
            self._system.bus_fault_address = ending.address
        self.raise_synchronous(vector)
        self.last_fault = pc, ending

    def raise_synchronous(self, vector: Vector) -> None:
        """Take an exception that the current instruction caused; HardFault if it may not be taken.

        Raises:
            Lockup: HardFault may not be taken either.
        """
        level = self._nvic.execution_priority(self._registers)
        if vector not in self._nvic.enabled or self._nvic.priority_of(vector) >= level:
            if level <= self._nvic.priority_of(Vector.HARD_FAULT):
                raise Lockup(f"{vector.name} at priority {level}, cfsr 0x{self._system.fault_status:08X}")
            self._system.escalate()
            vector = Vector.HARD_FAULT
        self.enter(vector)

    def take_pending(self) -> bool:
        """Enter the handler of what is pending, if it preempts; True when it did."""
        number = self._nvic.next(self._registers)
        if number is None:
            return False
        self.enter(number)
        return True

    def enter(self, number: int) -> None:
        """Stack the caller-saved registers and go to the handler.

        Raises:
            Lockup: the vector cannot be read.
        """
        registers = self._registers
        float_active = self._system.stacks_float and bool(registers.control & FPCA)
        exc_return = self._exc_return(float_active)
        if not self._stack(float_active):
            self._system.fault_status |= Fault.STACKING
            number = self._derived_from(number)
        self._nvic.enter(number)
        self.event = True
        registers.control &= ~(SPSEL | (FPCA if float_active else 0))
        registers.write(XPSR, registers.read(XPSR) & _CONDITION_FLAGS | THUMB | number)
        registers.write(LR, exc_return)
        self._counter.add(ENTRY_CYCLES)
        self._counter.forget_position()
        self._go_to(number)

    def leave(self, exc_return: int) -> None:
        """Return from the active exception as `exc_return` says (0xFFFFFFxx).

        Raises:
            Lockup: the return faults and no handler can run.
        """
        registers = self._registers
        number = registers.exception
        self._nvic.leave(number)
        self.event = True
        if number != Vector.NMI:
            registers.faultmask = 0
        to_thread = bool(exc_return & 8)
        from_process_stack = bool(exc_return & 4)
        if to_thread != (not self._nvic.active) or (from_process_stack and not to_thread):
            self._fail_return(Fault.INVALID_PC, Vector.USAGE_FAULT)
            return
        stack = registers.read(PSP if from_process_stack else MSP)
        try:
            self._unstack(stack, exc_return)
        except BusFault:
            self._fail_return(Fault.UNSTACKING, Vector.BUS_FAULT)
        self._counter.add(ENTRY_CYCLES)
        self._counter.forget_position()

    def _derived_from(self, number: int) -> int:
        """What is entered when stacking for exception `number` faulted (B1.5.11)."""
        if self._nvic.priority_of(number) <= self._nvic.priority_of(Vector.HARD_FAULT):
            return number
        self._nvic.pend(number)
        bus_fault_first = self._nvic.priority_of(Vector.BUS_FAULT) < self._nvic.priority_of(number)
        if Vector.BUS_FAULT in self._nvic.enabled and bus_fault_first:
            return Vector.BUS_FAULT
        self._system.escalate()
        return Vector.HARD_FAULT

    def _exc_return(self, float_active: bool) -> int:
        registers = self._registers
        value = 0xFFFF_FFE1 if float_active else 0xFFFF_FFF1
        if not registers.exception:
            value |= 0xC if registers.control & SPSEL else 8
        return value

    def _stack(self, float_active: bool) -> bool:
        """Push the frame; False when its memory does not answer."""
        registers = self._registers
        stack = registers.read(SP)
        size = _FRAME.size + (_FLOAT_FRAME.size if float_active else 0)
        padding = stack & 4
        frame_pointer = (stack - size) & ~7 & 0xFFFF_FFFF
        status = registers.read(XPSR) & ~_STACK_ALIGNED | (_STACK_ALIGNED if padding else 0)
        words = [registers.read(index) for index in (0, 1, 2, 3, 12, LR)]
        frame = _FRAME.pack(*words, registers.pc, status)
        if float_active:
            floats = [registers.read(S0 + index) for index in range(16)]
            frame += _FLOAT_FRAME.pack(*floats, registers.read(FPSCR), 0)
        registers.write(SP, frame_pointer)
        try:
            self._bus.write(frame_pointer, frame)
        except BusFault:
            return False
        return True

    def _unstack(self, stack: int, exc_return: int) -> None:
        registers = self._registers
        *general, status = _FRAME.unpack(self._bus.read(stack, _FRAME.size))
        size = _FRAME.size
        if not exc_return & 0x10:
            floats = _FLOAT_FRAME.unpack(self._bus.read(stack + size, _FLOAT_FRAME.size))
            for index, value in enumerate(floats[:16]):
                registers.write(S0 + index, value)
            registers.write(FPSCR, floats[16])
            size += _FLOAT_FRAME.size
        # The mode goes first: it decides which stack pointer R13 names.
        registers.write(XPSR, status & ~_STACK_ALIGNED)
        kept = 0 if self._system.stacks_float else registers.control & FPCA
        float_bit = kept if exc_return & 0x10 else FPCA
        select = SPSEL if exc_return & 4 else 0
        if exc_return & 8:
            registers.control = registers.control & ~(SPSEL | FPCA) | select | float_bit
        else:
            registers.control = registers.control & ~FPCA | float_bit
        registers.write(SP, stack + size + (4 if status & _STACK_ALIGNED else 0))
        for index, value in zip((0, 1, 2, 3, 12, LR), general, strict=False):
            registers.write(index, value)
        registers.write(PC, general[6])

    def _fail_return(self, cause: Fault, vector: Vector) -> None:
        self._system.fault_status |= cause
        self.raise_synchronous(vector)

    def _go_to(self, number: int) -> None:
        try:
            (target,) = struct.unpack("<I", self._bus.read(self._system.vector_table + 4 * number, 4))
        except BusFault as fault:
            raise Lockup(f"vector {number} cannot be read") from fault
        if not target & 1:
            self._registers.write(XPSR, self._registers.read(XPSR) & ~THUMB)
        self._registers.write(PC, target)
