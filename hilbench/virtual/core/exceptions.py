"""Exception entry and return, and how faults become exceptions.

ARMv7-M Architecture Reference Manual (DDI 0403E): B1.5.6 entry, B1.5.8 return, B1.5.14 faults,
B1.5.15 lockup. Entry and return take the 12 cycles that the architecture's integer cores take.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from hilbench.virtual.bus import Bus, BusFault
from hilbench.virtual.core.cause import FAULTS, Fault
from hilbench.virtual.core.counting import BlockCounter
from hilbench.virtual.core.engine_state import EngineState, Part
from hilbench.virtual.core.float_context import FloatContext, Fpccr
from hilbench.virtual.core.frames import Frames
from hilbench.virtual.core.registers import FPCA, FPSCR, LR, MSP, PC, SP, SPSEL, THUMB, XPSR, Registers
from hilbench.virtual.core.stop_reason import Stop
from hilbench.virtual.system.nvic import Nvic, Vector
from hilbench.virtual.system.scs import SystemControl

ENTRY_CYCLES = 12
_CONDITION_FLAGS = 0xF800_0000 | 0xF_0000
_TO_HANDLER, _TO_THREAD, _TO_PROCESS = 0b0001, 0b1001, 0b1101
"""Bits 3:0 of EXC_RETURN; there are no others."""
_FIXED_BITS = 0x00FF_FFE0
"""Bits of EXC_RETURN that are all set; of bit 4 only a core with floating point has a use."""
_SHORT = 1 << 4


@dataclass(frozen=True)
class Lockup(Exception):
    """Lockup of the core, which cannot go on: a fault where no handler can run."""

    reason: str


class ExceptionUnit:
    """Moves the core in and out of exception handlers.

    Args:
        registers: of the core.
        bus: where stacks and vectors are.
        nvic: keeps the exceptions.
        system: keeps why the last faults happened.
        counter: counts what entry and return take.
        state: the engine's.
        float_context: the floating-point registers' part; None for a core without any.
        armv8: stacks have limits.

    Attributes:
        event: the event register, which entry and return set and WFE clears (B1.5.18).
        last_fault: address of the last instruction whose fault led to a handler, and how; None without one.
    """

    def __init__(
        self,
        registers: Registers,
        bus: Bus,
        nvic: Nvic,
        system: SystemControl,
        counter: BlockCounter,
        state: EngineState,
        float_context: FloatContext | None,
        *,
        armv8: bool,
    ) -> None:
        self._registers = registers
        self._bus = bus
        self._nvic = nvic
        self._system = system
        self._counter = counter
        self._state = state
        self._float = float_context
        self._frames = Frames(registers, bus, system, state, float_context, limited=armv8)
        self.event = False
        self.last_fault: tuple[int, Stop] | None = None

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
        self._registers.write(FPSCR, 0)
        self._registers.write(LR, 0xFFFF_FFFF)
        self._settle(limits=False)
        table = self._system.vector_table
        try:
            stack, entry = struct.unpack("<2I", self._bus.read(table, 8))
        except BusFault as fault:
            raise Lockup("no vector table") from fault
        self._registers.write(XPSR, (entry & 1) * THUMB)
        self._registers.write(MSP, stack & ~3)
        self._registers.write(SP, stack & ~3)
        self._registers.write(PC, entry)

    def tell_engine(self) -> None:
        """Have the engine know what firmware wrote to FPCCR and its kin, before the core goes on."""
        if self._float is not None and self._float.stale:
            self._state.fetch()
            self._float.tell_engine()
            self._state.put_back()

    def fault(self, stop: Stop) -> None:
        """Take the fault that ended a run.

        Raises:
            Lockup: it happened at HardFault's priority or above.
        """
        cause = FAULTS[stop.reason]
        pc = self._registers.pc
        self._system.fault_status |= cause
        if cause & Fault.BUS_ADDRESS_VALID:
            self._system.bus_fault_address = stop.address
        self.raise_synchronous(cause.vector)
        self.last_fault = pc, stop

    def raise_synchronous(self, vector: Vector) -> None:
        """Take an exception that the current instruction caused; HardFault if it may not be taken.

        Raises:
            Lockup: HardFault may not be taken either.
        """
        self.enter(self._takeable(vector))

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
        exc_return = self._frames.exc_return()
        failed = self._frames.push(exc_return, self._conditions)
        if failed:
            self._system.fault_status |= failed
            number = self._derived_from(number, failed.vector)
        self._take(number, exc_return)

    def leave(self, exc_return: int) -> None:
        """Return from the active exception as `exc_return` says (0xFFFFFFxx).

        Raises:
            Lockup: the return faults and no handler can run.
        """
        number, nested = self._registers.exception, len(self._nvic.active)
        active = self._nvic.leave(number)
        if number != Vector.NMI:
            self._registers.faultmask = 0
        failed = Fault.INVALID_PC
        if active and self._is_valid(exc_return, nested):
            failed = self._frames.pop(exc_return)
            if not failed and bool(self._registers.exception) == bool(exc_return & 8):
                failed = Fault.INVALID_PC
                self._frames.push(self._frames.exc_return(), self._conditions)  # to take the pop back
        if failed:
            self._system.fault_status |= failed
            self._take(self._takeable(failed.vector), exc_return)
            return
        self._settle()
        self.event = True
        self._counter.add(ENTRY_CYCLES)

    def _is_valid(self, exc_return: int, nested: int) -> bool:
        """Whether a return says one of the things that it may, with so many exceptions active before."""
        fixed = _FIXED_BITS if self._float else _FIXED_BITS | _SHORT
        if exc_return & fixed != fixed:
            return False
        way = exc_return & 0xF
        if way == _TO_HANDLER:
            return True
        return way in (_TO_THREAD, _TO_PROCESS) and (nested == 1 or self._system.threads_anywhere)

    def _take(self, number: int, exc_return: int) -> None:
        """Go to the handler of `number`, whose frame is on the stack already.

        Raises:
            Lockup: the vector cannot be read.
        """
        registers = self._registers
        self._nvic.enter(number)
        self.event = True
        registers.control &= ~(SPSEL | FPCA)
        registers.write(XPSR, registers.read(XPSR) & _CONDITION_FLAGS | THUMB | number)
        registers.write(LR, exc_return)
        self._settle()
        self._counter.add(ENTRY_CYCLES)
        self._go_to(number)

    def _settle(self, *, limits: bool = True) -> None:
        """Finish an entry or return; the next block comes as by a branch."""
        self._state.fetch()
        self._state.clear_monitor()
        if not limits:
            self._state[Part.MSPLIM] = self._state[Part.PSPLIM] = 0
        if self._float is not None:
            self._float.tell_engine()
        self._state.put_back()
        self._counter.forget_position()

    def _takeable(self, vector: Vector) -> Vector:
        """The exception that a fault becomes.

        Raises:
            Lockup: not even HardFault may be taken.
        """
        level = self._nvic.execution_priority(self._registers)
        if vector in self._nvic.enabled and self._nvic.priority_of(vector) < level:
            return vector
        if level <= self._nvic.priority_of(Vector.HARD_FAULT):
            raise Lockup(f"{vector.name} at priority {level}, cfsr 0x{self._system.fault_status:08X}")
        self._system.escalate()
        return Vector.HARD_FAULT

    def _derived_from(self, number: int, derived: Vector) -> int:
        """Exception that is entered when stacking for exception `number` led to another fault (B1.5.11)."""
        if number == derived or self._nvic.priority_of(number) <= self._nvic.priority_of(Vector.HARD_FAULT):
            return number
        self._nvic.pend(number)
        first = self._nvic.priority_of(derived) < self._nvic.priority_of(number)
        if derived in self._nvic.enabled and first:
            return derived
        self._system.escalate()
        return Vector.HARD_FAULT

    def _conditions(self) -> Fpccr:
        """Exceptions that a fault of stacking later may raise, and the mode that is left (UpdateFPCCR)."""
        registers, nvic = self._registers, self._nvic
        level = nvic.execution_priority(registers)
        ready = {
            Fpccr.HFRDY: Vector.HARD_FAULT,
            Fpccr.MMRDY: Vector.MEM_MANAGE,
            Fpccr.BFRDY: Vector.BUS_FAULT,
            Fpccr.MONRDY: Vector.DEBUG_MONITOR,
        }
        conditions = Fpccr(0)
        for bit, vector in ready.items():
            if vector in nvic.enabled and level > nvic.priority_of(vector):
                conditions |= bit
        if not registers.exception:
            conditions |= Fpccr.THREAD | (Fpccr.USER if registers.control & 1 else Fpccr(0))
        return conditions

    def _go_to(self, number: int) -> None:
        try:
            (target,) = struct.unpack("<I", self._bus.read(self._system.vector_table + 4 * number, 4))
        except BusFault as fault:
            raise Lockup(f"vector {number} cannot be read") from fault
        if not target & 1:
            self._registers.write(XPSR, self._registers.read(XPSR) & ~THUMB)
        self._registers.write(PC, target)
