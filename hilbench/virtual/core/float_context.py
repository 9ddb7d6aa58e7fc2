"""Lazy stacking of the floating-point context (ARMv7-M ARM, DDI 0403E, B1.5.7 and B3.2.21).

The engine itself preserves the registers before the first floating-point instruction of a handler, and begins
a new context with the modes of FPDSCR; it needs to know of the registers that say so.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntFlag

from hilbench.virtual.core.engine_state import EngineState, Part
from hilbench.virtual.core.registers import FPCA, FPSCR, S0, Registers
from hilbench.virtual.peripherals.bank import RegisterBank

_FPCCR, _FPCAR, _FPDSCR = 0x0, 0x4, 0x8
_MODES = 0x07C0_0000
"""Bits of FPDSCR: AHP, DN, FZ, RMode."""
_ACCESS = 0xF << 20
"""Bits of CPACR; whether the unit is on is found out elsewhere (`core.traps`)."""
_STACKED = 16


class Fpccr(IntFlag):
    """Bits of FPCCR; those from S on that ARMv7-M lacks are Armv8-M's (DDI 0553, D1.2)."""

    LSPACT = 1 << 0
    USER = 1 << 1
    S = 1 << 2
    THREAD = 1 << 3
    HFRDY = 1 << 4
    MMRDY = 1 << 5
    BFRDY = 1 << 6
    MONRDY = 1 << 8
    SPLIMVIOL = 1 << 9
    UFRDY = 1 << 10
    CLRONRETS = 1 << 27
    CLRONRET = 1 << 28
    LSPENS = 1 << 29
    LSPEN = 1 << 30
    ASPEN = 1 << 31


_READY = Fpccr.HFRDY | Fpccr.MMRDY | Fpccr.BFRDY | Fpccr.MONRDY
_CHOICES = Fpccr.ASPEN | Fpccr.LSPEN
_ARMV7 = _CHOICES | _READY | Fpccr.THREAD | Fpccr.USER | Fpccr.LSPACT
_ARMV8 = _ARMV7 | Fpccr.CLRONRET | Fpccr.CLRONRETS | Fpccr.LSPENS | Fpccr.S | Fpccr.SPLIMVIOL | Fpccr.UFRDY


class FloatContext(RegisterBank):
    """FPCCR, FPCAR and FPDSCR.

    Args:
        state: where the engine finds them.
        registers: of the core.
        armv8: FPCCR has the bits of Armv8-M.

    Attributes:
        on_change: called when the engine has to know before it goes on.
        float_follows: whether the block of the instruction that is making an access goes on to use the unit.
    """

    def __init__(self, state: EngineState, registers: Registers, *, armv8: bool) -> None:
        self.on_change: Callable[[], None] = lambda: None
        self.float_follows: Callable[[], bool] = lambda: False
        self._state = state
        self._registers = registers
        self._writable = _ARMV8 if armv8 else _ARMV7
        self._stale = True
        super().__init__(0xE000_EF34, 0xC, {_FPCCR: _CHOICES | (Fpccr.S if armv8 else 0)})

    def reset(self) -> None:
        """Return to automatic and lazy stacking; nothing is to be preserved."""
        super().reset()
        self._stale = True

    @property
    def lazy(self) -> bool:
        """FPCCR.LSPEN: an exception leaves room for the registers, and does not fill it at once."""
        return bool(self.words[_FPCCR] & Fpccr.LSPEN)

    @property
    def clears_on_return(self) -> bool:
        """FPCCR.CLRONRET: what a handler leaves in the registers that it may change is cleared (Armv8-M)."""
        return bool(self.words[_FPCCR] & Fpccr.CLRONRET)

    @property
    def pending(self) -> bool:
        """FPCCR.LSPACT: room was left, and the registers are not in it yet; `state` has to be fresh."""
        return bool((self.words[_FPCCR] if self._stale else self._state[Part.FPCCR]) & Fpccr.LSPACT)

    def leave_room(self, address: int, conditions: Fpccr) -> None:
        """Leave room at `address` for the registers of the active context that an exception interrupts."""
        kept = self.words[_FPCCR] & ~(_READY | Fpccr.THREAD | Fpccr.USER)
        self.words[_FPCCR] = kept | conditions | Fpccr.LSPACT
        self.words[_FPCAR] = address & ~7
        self._stale = True

    def keep(self) -> None:
        """Keep the registers: they still hold what would have been preserved, and it is theirs again."""
        self.words[_FPCCR] &= ~Fpccr.LSPACT
        self._stale = True

    def clear(self) -> None:
        """Set the registers that a handler may change, and FPSCR, to zero."""
        for index in range(_STACKED):
            self._registers.write(S0 + index, 0)
        self._registers.write(FPSCR, 0)

    def tell_engine(self) -> None:
        """Put the registers into the state, which has to be fresh."""
        if not self._stale:
            return
        control = self.words[_FPCCR]
        self._state[Part.FPCCR] = control & (_CHOICES | Fpccr.LSPACT) | Fpccr.S | Fpccr.HFRDY
        self._state[Part.FPCAR] = self.words.get(_FPCAR, 0)
        self._state[Part.FPDSCR] = self.words.get(_FPDSCR, 0)
        self._state[Part.CPACR] = _ACCESS
        self._stale = False

    @property
    def stale(self) -> bool:
        """Whether the engine's state lags behind the registers here."""
        return self._stale

    def load(self, offset: int) -> int:
        """FPCCR.LSPACT as the engine has left it."""
        if offset == _FPCCR and not self._stale:
            self._state.fetch()
            if not self.pending:
                self.words[_FPCCR] &= ~Fpccr.LSPACT
        return super().load(offset)

    def store(self, offset: int, value: int) -> None:
        """Write a register, and make up for what follows in the block.

        The engine looks at the registers where a block begins.
        """
        self.load(_FPCCR)
        masks = {_FPCCR: self._writable, _FPCAR: ~7, _FPDSCR: _MODES}
        switched_on = offset == _FPCCR and value & ~self.words[_FPCCR] & Fpccr.ASPEN
        super().store(offset, value & masks[offset])
        self._stale = True
        self.on_change()
        if switched_on and not self._registers.control & FPCA and self.float_follows():
            self._registers.begin_float_context(self.words.get(_FPDSCR, 0))
