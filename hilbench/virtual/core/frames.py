"""Frames that exceptions push onto the stack and pop from it.

ARMv7-M Architecture Reference Manual (DDI 0403E), B1.5.7 PushStack and B1.5.8 PopStack; the stack limits are
those of the Armv8-M one (DDI 0553), B3.21.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from hilbench.virtual.bus import Bus, BusFault
from hilbench.virtual.core.cause import Fault
from hilbench.virtual.core.engine_state import EngineState, Part
from hilbench.virtual.core.float_context import FloatContext, Fpccr
from hilbench.virtual.core.registers import FPCA, FPSCR, LR, MSP, PC, PSP, S0, SP, SPSEL, XPSR, Registers
from hilbench.virtual.system.scs import SystemControl

_FRAME = struct.Struct("<8I")
_FLOAT_FRAME = struct.Struct("<18I")
_ALIGNED = 1 << 9
"""Set in the stacked xPSR when a word was skipped to align the frame to 8 bytes."""
_NONE = Fault(0)
_GENERAL = (0, 1, 2, 3, 12, LR)
_SHORT, _PROCESS, _THREAD = 1 << 4, 1 << 2, 1 << 3
"""Bits of EXC_RETURN: a frame without floating point, on the process stack, back to thread mode."""


class Frames:
    """Saves the registers that a handler may change, and restores them.

    Args:
        registers: of the core.
        bus: where the stacks are.
        system: says how a frame is aligned.
        state: the engine's, with the stack limits.
        float_context: the floating-point registers' part; None for a core without any.
        limited: whether stacks have limits.
    """

    def __init__(
        self,
        registers: Registers,
        bus: Bus,
        system: SystemControl,
        state: EngineState,
        float_context: FloatContext | None,
        *,
        limited: bool,
    ) -> None:
        self._registers = registers
        self._bus = bus
        self._system = system
        self._state = state
        self._float = float_context
        self._limited = limited

    def push(self, exc_return: int, conditions: Callable[[], Fpccr]) -> Fault:
        """Push a frame onto the current stack; returns how that failed, or no fault.

        Args:
            exc_return: what the return from the handler will say.
            conditions: tells what FPCCR is to say of the code that is left, if its registers have to wait.
        """
        registers, with_float = self._registers, not exc_return & _SHORT
        stack = registers.read(SP)
        aligned = with_float or self._system.aligns_stack
        pointer = stack - _FRAME.size - (_FLOAT_FRAME.size if with_float else 0)
        pointer &= ~7 if aligned else ~3
        status = registers.read(XPSR) & ~_ALIGNED | (_ALIGNED if aligned and stack & 4 else 0)
        limit = self._limit()
        if pointer < limit:
            registers.write(SP, limit)
            return Fault.STACK_OVERFLOW
        frame = _FRAME.pack(*(registers.read(index) for index in _GENERAL), registers.pc, status)
        if with_float:
            frame += self._float_frame(pointer, conditions)
        registers.write(SP, pointer & 0xFFFF_FFFF)
        try:
            self._bus.write(pointer & 0xFFFF_FFFF, frame)
        except BusFault:
            return Fault.STACKING
        return _NONE

    def exc_return(self) -> int:
        """Value of LR (EXC_RETURN) in a handler that is entered now."""
        registers = self._registers
        control = registers.control
        value = 0xFFFF_FFE1 if self._float and control & FPCA else 0xFFFF_FFF1
        if not registers.exception:
            value |= _THREAD | (_PROCESS if control & SPSEL else 0)
        return value

    def pop(self, exc_return: int) -> Fault:
        """Pop the frame that `exc_return` names; returns how that failed, or no fault."""
        registers = self._registers
        stack = registers.read(PSP if exc_return & _PROCESS else MSP)
        try:
            *general, status = _FRAME.unpack(self._bus.read(stack, _FRAME.size))
            size = _FRAME.size + self._restore_float(stack + _FRAME.size, exc_return)
        except BusFault:
            return Fault.UNSTACKING
        # The mode goes first: it decides which stack pointer R13 names.
        registers.write(XPSR, status & ~_ALIGNED)
        select = (
            (SPSEL if exc_return & _PROCESS else 0) if exc_return & _THREAD else registers.control & SPSEL
        )
        active = FPCA if self._float and not exc_return & _SHORT else 0
        registers.control = registers.control & ~(SPSEL | FPCA) | select | active
        skipped = status & _ALIGNED and (self._system.aligns_stack or size > _FRAME.size)
        registers.write(SP, stack + size | (4 if skipped else 0))
        for index, value in zip(_GENERAL, general, strict=False):
            registers.write(index, value)
        registers.write(PC, general[len(_GENERAL)])
        return _NONE

    def _limit(self) -> int:
        """Address below which nothing may be pushed now; 0 without a limit."""
        if not self._limited or self._system.ignores_limits(self._registers):
            return 0
        self._state.fetch()
        process = not self._registers.exception and self._registers.control & SPSEL
        return self._state[Part.PSPLIM if process else Part.MSPLIM]

    def _float_frame(self, pointer: int, conditions: Callable[[], Fpccr]) -> bytes:
        """The words behind the frame at `pointer`; none where they stay in their registers for now."""
        room = pointer + _FRAME.size & 0xFFFF_FFFF
        if self._float is not None and self._float.lazy:
            self._float.leave_room(room, conditions())
            return b""
        floats = [self._registers.read(S0 + index) for index in range(16)]
        return _FLOAT_FRAME.pack(*floats, self._registers.read(FPSCR), 0)

    def _restore_float(self, address: int, exc_return: int) -> int:
        """Restore the floating-point registers where the frame has them; returns their bytes in it.

        Raises:
            BusFault: they cannot be read.
        """
        registers, context = self._registers, self._float
        if context is None:
            return 0
        if exc_return & _SHORT:
            if registers.control & FPCA and context.clears_on_return:
                context.clear()
            return 0
        self._state.fetch()
        if context.pending:
            context.keep()
            return _FLOAT_FRAME.size
        floats = _FLOAT_FRAME.unpack(self._bus.read(address, _FLOAT_FRAME.size))
        for index, value in enumerate(floats[:16]):
            registers.write(S0 + index, value)
        registers.write(FPSCR, floats[16])
        return _FLOAT_FRAME.size
