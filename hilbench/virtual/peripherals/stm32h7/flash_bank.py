"""One bank of flash: its lock, its 256-bit write buffer, its status flags."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from hilbench.virtual.bus import MemoryBlock
from hilbench.virtual.peripherals.stm32.key_lock import KeyLock
from hilbench.virtual.peripherals.stm32h7.flash_registers import KEYS, Control, Register, Status
from hilbench.virtual.power.energy import FlashAction, FlashWork

FLASH_WORD = 32
"""Bytes that are programmed at once."""
SECTOR = 0x20000
"""Bytes that are erased at once."""
_ERASED = 0xFF
_FULL = (1 << FLASH_WORD) - 1
_WRITABLE_CONTROL = Control.PG | Control.SER | Control.BER | Control.PSIZE | Control.SNB | Control.EOPIE
_CLEARABLE = 0x0FEF_0000


@dataclass
class _WriteBuffer:
    """The part of one flash word that has been written so far.

    Attributes:
        word: address of the flash word.
        filled: bit n is set when byte n has been written.
        data: what was written, erased elsewhere.
    """

    word: int = 0
    filled: int = 0
    data: bytearray = field(default_factory=lambda: bytearray([_ERASED]) * FLASH_WORD)


class FlashBank:
    """The registers of one bank and what they do to its cells (ST RM0433, 4.3.9 to 4.3.12).

    The core waits for operations: BSY, QW and EOP's wait are over by the next access.

    Args:
        cells: memory that holds the bank.
        base: address of its first byte.
        size: bytes.
        on_work: called with every operation on the cells.
    """

    def __init__(self, cells: MemoryBlock, base: int, size: int, on_work: FlashWork) -> None:
        self._on_work = on_work
        self._cells = cells
        self.base = base
        self.size = size
        self.unprotected = (1 << (size // SECTOR)) - 1
        """Bit n is clear when the option bytes write-protect sector n (WPSN)."""
        self._lock = KeyLock(KEYS)
        self.reset()

    def reset(self) -> None:
        """Lock, clear every flag, forget a half-filled write buffer."""
        self._lock.reset()
        self._control = int(Control.PSIZE)
        self._status = 0
        self._buffer = _WriteBuffer()

    def read(self, register: int) -> int:
        """KEYR reads as zero."""
        match register:
            case Register.CR:
                return self._control | (Control.LOCK if self._lock.locked else 0)
            case Register.SR:
                return self._status | (Status.WBNE if self._buffer.filled else 0)
        return 0

    def write(self, register: int, value: int) -> None:
        """Writes to CR while it is locked change nothing."""
        match register:
            case Register.KEYR:
                self._lock.enter(value)
            case Register.CR if not self._lock.locked:
                self._set_control(value)
            case Register.CCR:
                self._status &= ~(value & _CLEARABLE)

    def program(self, address: int, data: bytes) -> None:
        """Put bytes into the write buffer; a full one is programmed."""
        if self._lock.locked or not self._control & Control.PG:
            self._status |= Status.PGSERR
            return
        while data:
            room = FLASH_WORD - address % FLASH_WORD
            self._fill_buffer(address, data[:room])
            address, data = address + room, data[room:]

    def erase_all(self) -> None:
        """Erase the bank, unless a sector of it is protected."""
        if self.unprotected != (1 << (self.size // SECTOR)) - 1:
            self._status |= Status.WRPERR
            return
        self._cells.fill(self.base, self.size, _ERASED)
        self._on_work(FlashAction.ERASE, self.size // SECTOR)
        self._finish()

    def _set_control(self, value: int) -> None:
        self._control = value & _WRITABLE_CONTROL
        if value & Control.FW and self._buffer.filled:
            self._program_word()
        if value & Control.START:
            self._erase()
        if value & Control.LOCK:
            self._lock.close()

    def _erase(self) -> None:
        if self._control & Control.PG or not self._control & (Control.SER | Control.BER):
            self._status |= Status.PGSERR
        elif self._control & Control.BER:
            self.erase_all()
        else:
            address = self.base + ((self._control & Control.SNB) >> 8) * SECTOR
            if not self._may_write(address):
                self._status |= Status.WRPERR
                return
            self._cells.fill(address, SECTOR, _ERASED)
            self._on_work(FlashAction.ERASE, 1)
            self._finish()

    def _may_write(self, address: int) -> bool:
        return bool(self.unprotected >> ((address - self.base) // SECTOR) & 1)

    def _fill_buffer(self, address: int, part: bytes) -> None:
        """Buffer bytes of one flash word."""
        buffer = self._buffer
        offset = address % FLASH_WORD
        lanes = (1 << len(part)) - 1 << offset
        if not self._may_write(address):
            self._status |= Status.WRPERR
        elif buffer.filled and address - offset != buffer.word:
            self._status |= Status.INCERR
        elif buffer.filled & lanes:
            self._status |= Status.STRBERR
        else:
            buffer.word = address - offset
            buffer.filled |= lanes
            buffer.data[offset : offset + len(part)] = part
            if buffer.filled == _FULL:
                self._program_word()

    def _program_word(self) -> None:
        """Clear bits; one that would have to be set again is an error.

        The silicon programs such a word with a wrong ECC, which faults when it is read; PGSERR at
        once says the same sooner.
        """
        offset = self._buffer.word - self._cells.base
        stored = self._cells.data[offset : offset + FLASH_WORD]
        wanted = np.frombuffer(self._buffer.data, np.uint8)
        programmed = stored & wanted
        self._cells.load(self._buffer.word, programmed.tobytes())
        self._on_work(FlashAction.PROGRAM, 1)
        if np.array_equal(programmed, wanted):
            self._finish()
        else:
            self._status |= Status.PGSERR
        self._buffer = _WriteBuffer()

    def _finish(self) -> None:
        if self._control & Control.EOPIE:
            self._status |= Status.EOP
