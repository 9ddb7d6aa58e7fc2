"""Nordic's control access port: a way into a chip that is closed (CTRL-AP, nRF52840 PS v1.8, 4.8.1)."""

from __future__ import annotations

from enum import IntEnum

from hilbench.virtual.chips import ControlPortKind
from hilbench.virtual.machine import Machine

_ERASED = 0xFF
_READY = 0
_ERASE_UNPROTECTED = 1
_BASE, _NO_ENTRY = 0xF8, 0b10


class Register(IntEnum):
    """Offsets of the control access port's registers."""

    RESET = 0x000
    ERASEALL = 0x004
    ERASEALLSTATUS = 0x008
    APPROTECTSTATUS = 0x00C
    ERASEPROTECTSTATUS = 0x018
    IDR = 0x0FC


class ControlPort:
    """CTRL-AP of an open chip, which erases all of it and resets it on request."""

    def __init__(self, kind: ControlPortKind, machine: Machine) -> None:
        self._kind = kind
        self._machine = machine
        self._in_reset = False

    def power_on_reset(self) -> None:
        """Return to the state after power-on, in which the chip is not held in reset."""
        self._in_reset = False

    def read(self, register: int) -> int:
        """Status; an erase is done at once."""
        match register:
            case Register.ERASEALLSTATUS:
                return _READY
            case Register.APPROTECTSTATUS:
                return self._kind.unprotected
            case Register.ERASEPROTECTSTATUS:
                return _ERASE_UNPROTECTED
            case Register.IDR:
                return self._kind.identity
        return 0

    def write(self, register: int, value: int) -> None:
        """Hold the chip in reset and let it go, or erase its non-volatile memories and its RAM."""
        match register:
            case Register.RESET:
                self._reset(hold=bool(value & 1))
            case Register.ERASEALL if value & 1:
                self._machine.call(self._erase)

    def _reset(self, *, hold: bool) -> None:
        if hold:
            self._machine.halt()
        elif self._in_reset:
            self._machine.reset()
        self._in_reset = hold

    def _erase(self) -> None:
        for block in self._machine.bus.blocks:
            if block.on_write is not None:
                block.fill(block.base, block.size, _ERASED)
            elif block.writable:
                block.fill(block.base, block.size, 0)


class SilentPort:
    """An access port behind which nothing is emulated: it says what it is and that it has no components."""

    def __init__(self, identity: int) -> None:
        self._identity = identity

    def read(self, register: int) -> int:
        """IDR, and BASE without an entry."""
        return {Register.IDR: self._identity, _BASE: _NO_ENTRY}.get(register, 0)

    def write(self, register: int, value: int) -> None:
        """Ignore a write; nothing is emulated behind the port."""
