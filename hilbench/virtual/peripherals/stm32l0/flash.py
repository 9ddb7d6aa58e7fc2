"""The flash interface of the STM32L0 (RM0377 Rev 10, chapter 3): it erases to zeros, and programs ones."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from hilbench.virtual.bus import MemoryBlock
from hilbench.virtual.peripherals.stm32.flash_access import FlashAccess
from hilbench.virtual.peripherals.stm32.key_lock import KeyLock
from hilbench.virtual.power.energy import FlashAction, FlashWork

ERASED = 0x00
PAGE = 128
"""Bytes that are erased at once."""
HALF_PAGE = 64
"""Bytes that are programmed at once with FPRG."""
_WORD = 4
_KEYS = (0x89AB_CDEF, 0x0203_0405)
_PROGRAM_KEYS = (0x8C9D_AEBF, 0x1314_1516)
_OPTION_KEYS = (0xFBEA_D9C8, 0x2425_2627)
_OPTIONS = 0x8070_00AA
"""OBR: readout protection level 0, nothing else changed."""


class Register(IntEnum):
    """Offsets of the flash interface's registers."""

    ACR = 0x00
    PECR = 0x04
    PEKEYR = 0x0C
    PRGKEYR = 0x10
    OPTKEYR = 0x14
    SR = 0x18
    OBR = 0x1C


class Control(IntEnum):
    """Bits of PECR."""

    PELOCK = 1 << 0
    PRGLOCK = 1 << 1
    OPTLOCK = 1 << 2
    PROG = 1 << 3
    ERASE = 1 << 9
    FPRG = 1 << 10


class Status(IntEnum):
    """Bits of SR; those from WRPERR upwards, and EOP, clear where 1 is written."""

    EOP = 1 << 1
    ENDHV = 1 << 2
    READY = 1 << 3
    WRPERR = 1 << 8
    PGAERR = 1 << 9
    SIZERR = 1 << 10
    NOTZEROERR = 1 << 16


_LOCKS = Control.PELOCK | Control.PRGLOCK | Control.OPTLOCK
_CLEARABLE = 0x0003_6F02


class FlashController(FlashAccess):
    """The peripheral, and what a write to the flash array goes through.

    The core waits for operations: BSY is never seen.

    Args:
        cells: the flash array; its writes come here from now on.
        on_work: called with every operation on the cells.
    """

    latency = 1
    prefetch = 1 << 1

    def __init__(
        self, cells: MemoryBlock, on_work: FlashWork = lambda *_: None, base: int = 0x4002_2000
    ) -> None:
        self._on_work = on_work
        self._cells = cells
        self._lock = KeyLock(_KEYS)
        self._program_lock = KeyLock(_PROGRAM_KEYS)
        self._option_lock = KeyLock(_OPTION_KEYS)
        super().__init__(base, 0x400, {Register.OBR: _OPTIONS})
        self.reset()
        cells.on_write = self.program

    def reset(self) -> None:
        """Lock everything, clear every flag, forget a half-filled half page."""
        super().reset()
        self._lock_all()
        for lock in (self._lock, self._program_lock, self._option_lock):
            lock.reset()
        self._half_page = b""
        self._target = 0

    def load(self, offset: int) -> int:
        """Key registers read as zero."""
        match offset:
            case Register.PECR:
                return super().load(offset) | self._lock_bits()
            case Register.SR:
                return super().load(offset) | Status.ENDHV | Status.READY
            case Register.PEKEYR | Register.PRGKEYR | Register.OPTKEYR:
                return 0
        return super().load(offset)

    def store(self, offset: int, value: int) -> None:
        """PECR needs the first pair of keys; the program memory and the option bytes one more each."""
        match offset:
            case Register.PEKEYR:
                self._lock.enter(value)
            case Register.PRGKEYR if not self._lock.locked:
                self._program_lock.enter(value)
            case Register.OPTKEYR if not self._lock.locked:
                self._option_lock.enter(value)
            case Register.PECR if not self._lock.locked:
                self._set_control(value)
            case Register.SR:
                self.words[offset] = self.words.get(offset, 0) & ~(value & _CLEARABLE)
            case Register.ACR:
                self.set_access(value)

    def program(self, address: int, data: bytes) -> None:
        """Program what the core or the debug port writes to the array, word by word."""
        if self._lock.locked or self._program_lock.locked:
            self._flag(Status.WRPERR)
        elif address % _WORD or len(data) % _WORD:
            self._flag(Status.SIZERR)
        else:
            for position in range(0, len(data), _WORD):
                self._write_word(address + position, data[position : position + _WORD])

    def _write_word(self, address: int, word: bytes) -> None:
        control = self.words.get(Register.PECR, 0)
        if control & Control.ERASE:
            self._erase(address, control)
        elif control & Control.FPRG:
            self._collect(address, word)
        else:
            self._put(address, word)

    def _erase(self, address: int, control: int) -> None:
        if not control & Control.PROG:
            self._flag(Status.WRPERR)
            return
        self._cells.fill(address - address % PAGE, PAGE, ERASED)
        self._on_work(FlashAction.ERASE, 1)
        self._flag(Status.EOP)

    def _collect(self, address: int, word: bytes) -> None:
        """A half page is programmed when its last word comes; its words come in their order."""
        if not self._half_page:
            self._target = address
        if self._target % HALF_PAGE or address != self._target + len(self._half_page):
            self._half_page = b""
            self._flag(Status.PGAERR)
            return
        self._half_page += word
        if len(self._half_page) == HALF_PAGE:
            data, self._half_page = self._half_page, b""
            self._put(self._target, data)

    def _put(self, address: int, data: bytes) -> None:
        """Program what is erased; anything else keeps what it holds (3.3.4, NOTZEROERR)."""
        offset = address - self._cells.base
        if np.any(self._cells.data[offset : offset + len(data)]):
            self._flag(Status.NOTZEROERR)
            return
        self._cells.load(address, data)
        self._on_work(FlashAction.PROGRAM, 1)
        self._flag(Status.EOP)

    def _set_control(self, value: int) -> None:
        self.words[Register.PECR] = value & ~_LOCKS
        if not value & Control.FPRG:
            self._half_page = b""
        if value & Control.PELOCK:
            self._lock_all()
        if value & Control.PRGLOCK:
            self._program_lock.close()
        if value & Control.OPTLOCK:
            self._option_lock.close()

    def _lock_all(self) -> None:
        for lock in (self._lock, self._program_lock, self._option_lock):
            lock.close()

    def _lock_bits(self) -> int:
        locks = (
            (self._lock, Control.PELOCK),
            (self._program_lock, Control.PRGLOCK),
            (self._option_lock, Control.OPTLOCK),
        )
        return sum(bit for lock, bit in locks if lock.locked)

    def _flag(self, flag: Status) -> None:
        self.words[Register.SR] = self.words.get(Register.SR, 0) | flag
