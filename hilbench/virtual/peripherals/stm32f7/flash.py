"""The flash interface of the STM32F767: twelve sectors of one bank (ST RM0410 Rev 4, chapter 3)."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from hilbench.virtual.bus import MemoryBlock
from hilbench.virtual.peripherals.stm32.flash_access import FlashAccess
from hilbench.virtual.peripherals.stm32.key_lock import KeyLock
from hilbench.virtual.power.energy import FlashAction, FlashWork

KEYS = (0x45670123, 0xCDEF89AB)
"""Written to KEYR in this order, they unlock CR (3.3.5)."""
OPTION_KEYS = (0x08192A3B, 0x4C5D6E7F)
"""Written to OPTKEYR in this order, they unlock OPTCR (3.4.2)."""
_KIB = 1024
SECTORS = (32 * _KIB,) * 4 + (128 * _KIB,) + (256 * _KIB,) * 7
"""Bytes of each sector, in order, with nDBANK set (table 4)."""
_ERASED = 0xFF
_OPTIONS_FROM_FACTORY = 0xFFFF_AAFD
"""OPTCR: readout protection level 0, watchdogs by software, one bank (nDBANK); locked."""


class Register(IntEnum):
    """Offsets of the flash interface's registers."""

    ACR = 0x00
    KEYR = 0x04
    OPTKEYR = 0x08
    SR = 0x0C
    CR = 0x10
    OPTCR = 0x14


class Control(IntEnum):
    """Bits of CR."""

    PG = 1 << 0
    SER = 1 << 1
    MER = 1 << 2
    SNB = 0x1F << 3
    PSIZE = 3 << 8
    STRT = 1 << 16
    EOPIE = 1 << 24
    ERRIE = 1 << 25
    LOCK = 1 << 31


class Status(IntEnum):
    """Bits of SR; a written one clears."""

    EOP = 1 << 0
    OPERR = 1 << 1
    WRPERR = 1 << 4
    PGAERR = 1 << 5
    PGPERR = 1 << 6
    ERSERR = 1 << 7
    BSY = 1 << 16


_WRITABLE = (
    Control.PG | Control.SER | Control.MER | Control.SNB | Control.PSIZE | Control.EOPIE | Control.ERRIE
)
_ERRORS = Status.WRPERR | Status.PGAERR | Status.PGPERR | Status.ERSERR


class FlashController(FlashAccess):
    """The peripheral at 0x40023C00, and what a write to the flash array goes through.

    The core waits for operations, so BSY is never seen. Changing options is not modelled.

    Args:
        cells: the flash array; its writes come here from now on.
        on_work: called with every operation on the cells; an erase counts once for each 32 KiB.
    """

    latency = 0xF
    prefetch = 1 << 8
    code_cache = data_cache = 1 << 9  # the ART accelerator

    def __init__(self, cells: MemoryBlock, on_work: FlashWork = lambda *_: None) -> None:
        self._on_work = on_work
        self._cells = cells
        self._lock = KeyLock(KEYS)
        super().__init__(0x4002_3C00, 0x400, {Register.OPTCR: _OPTIONS_FROM_FACTORY})
        cells.on_write = self.program

    def reset(self) -> None:
        """Lock, clear every flag."""
        super().reset()
        self._lock.reset()

    def load(self, offset: int) -> int:
        """The key registers read as zero, CR with its lock."""
        if offset in (Register.KEYR, Register.OPTKEYR):
            return 0
        value = super().load(offset)
        return value | Control.LOCK if offset == Register.CR and self._lock.locked else value

    def store(self, offset: int, value: int) -> None:
        """Writes to CR while it is locked change nothing."""
        match offset:
            case Register.KEYR:
                self._lock.enter(value)
            case Register.SR:
                self.words[Register.SR] = self._status & ~value
            case Register.CR if not self._lock.locked:
                self._set_control(value)
            case Register.ACR:
                self.set_access(value)

    def program(self, address: int, data: bytes) -> None:
        """Program what the core or the debug port writes to the array, in units of PSIZE (3.3.8).

        Bits only become 0; one that would have to be set again stays, and nothing says so.
        """
        unit = 1 << ((self._control & Control.PSIZE) >> 8)
        if self._lock.locked or not self._control & Control.PG or self._status & _ERRORS:
            self._flag(Status.ERSERR)
        elif len(data) % unit:
            self._flag(Status.PGPERR)
        elif address % unit:
            self._flag(Status.PGAERR)
        else:
            offset = address - self._cells.base
            stored = self._cells.data[offset : offset + len(data)]
            self._cells.load(address, (stored & np.frombuffer(data, np.uint8)).tobytes())
            self._on_work(FlashAction.PROGRAM, len(data) // unit)
            self._finish()

    @property
    def _control(self) -> int:
        return self.words.get(Register.CR, 0)

    @property
    def _status(self) -> int:
        return self.words.get(Register.SR, 0)

    def _flag(self, status: Status) -> None:
        self.words[Register.SR] = self._status | status

    def _set_control(self, value: int) -> None:
        self.words[Register.CR] = value & _WRITABLE
        if value & Control.STRT:
            self._erase()
        if value & Control.LOCK:
            self._lock.close()

    def _erase(self) -> None:
        """Start with PG set, without anything to erase, or over an error flag is a sequence error."""
        control = self._control
        sector = (control & Control.SNB) >> 3
        if control & Control.PG or self._status & _ERRORS or not control & (Control.SER | Control.MER):
            self._flag(Status.ERSERR)
        elif control & Control.MER:
            self._clear(0, self._cells.size)
        elif sector < len(SECTORS):
            self._clear(sum(SECTORS[:sector]), SECTORS[sector])

    def _clear(self, offset: int, size: int) -> None:
        self._cells.fill(self._cells.base + offset, size, _ERASED)
        self._on_work(FlashAction.ERASE, size // min(SECTORS))
        self._finish()

    def _finish(self) -> None:
        if self._control & Control.EOPIE:
            self._flag(Status.EOP)
