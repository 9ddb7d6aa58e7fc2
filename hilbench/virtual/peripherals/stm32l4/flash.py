"""The flash interface of the STM32L475: double words, pages of 2 KiB, two banks (ST RM0351, chapter 3)."""

from __future__ import annotations

from hilbench.virtual.bus import MemoryBlock
from hilbench.virtual.peripherals.stm32.flash_access import FlashAccess
from hilbench.virtual.peripherals.stm32.key_lock import KeyLock
from hilbench.virtual.peripherals.stm32l4.flash_registers import KEYS, OPTION_KEYS, Control, Register, Status
from hilbench.virtual.power.energy import FlashAction, FlashWork

PAGE = 0x800
"""Bytes that are erased at once."""
DOUBLE_WORD = 8
"""Bytes that are programmed at once, by two writes of a word."""
_ERASED = 0xFF
_ACR_RESET = 0x600
_OPTIONS_FROM_FACTORY = 0xFFEF_F8AA
"""OPTR: readout protection level 0, watchdogs by software, two banks."""
_ERRORS = Status.PROGERR | Status.WRPERR | Status.PGAERR | Status.SIZERR | Status.PGSERR
_WRITABLE = (
    Control.PG | Control.PER | Control.MER1 | Control.PNB | Control.BKER | Control.MER2 | Control.FSTPG
) | (Control.EOPIE | Control.ERRIE)
_BANK_ERASE = ((Control.MER1, 0), (Control.MER2, 1))


class FlashController(FlashAccess):
    """The peripheral at 0x40022000, and what a write to the flash array goes through.

    The core waits for operations, so BSY is never seen. Neither fast programming nor a change of options is
    modelled.

    Args:
        cells: the flash array; its writes come here from now on.
        on_work: called with every operation on the cells.
    """

    latency = 7
    prefetch = 1 << 8
    code_cache = 1 << 9
    data_cache = 1 << 10

    def __init__(self, cells: MemoryBlock, on_work: FlashWork = lambda *_: None) -> None:
        self._on_work = on_work
        self._cells = cells
        self._lock = KeyLock(KEYS)
        self._option_lock = KeyLock(OPTION_KEYS)
        self._first_word: tuple[int, bytes] | None = None
        super().__init__(0x4002_2000, 0x400, {Register.ACR: _ACR_RESET, Register.OPTR: _OPTIONS_FROM_FACTORY})
        cells.on_write = self.program

    def reset(self) -> None:
        """Lock, clear every flag, forget half a double word."""
        super().reset()
        self._lock.reset()
        self._option_lock.reset()
        self._first_word = None

    def load(self, offset: int) -> int:
        """The key registers read as zero, CR with its locks."""
        if offset in (Register.KEYR, Register.OPTKEYR):
            return 0
        value = super().load(offset)
        if offset == Register.CR:
            value |= Control.LOCK if self._lock.locked else 0
            value |= Control.OPTLOCK if self._option_lock.locked else 0
        return value

    def store(self, offset: int, value: int) -> None:
        """Writes to CR while it is locked change nothing."""
        match offset:
            case Register.KEYR:
                self._lock.enter(value)
            case Register.OPTKEYR:
                self._option_lock.enter(value)
            case Register.SR:
                self.words[Register.SR] = self._status & ~value
            case Register.CR if not self._lock.locked:
                self._set_control(value)
            case Register.ACR:
                self.set_access(value)

    def program(self, address: int, data: bytes) -> None:
        """Program what the core or the debug port writes to the array, word by word."""
        if len(data) % 4 or address % 4:
            self._flag(Status.SIZERR)
            return
        for position in range(0, len(data), 4):
            self._program_word(address + position, data[position : position + 4])

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
        if value & Control.OPTLOCK:
            self._option_lock.close()

    def _erase(self) -> None:
        """Start with PG set, without anything to erase, or over an error flag is a sequence error (3.3.6)."""
        control = self._control
        banks = [number for bit, number in _BANK_ERASE if control & bit]
        if control & Control.PG or self._status & _ERRORS or not (banks or control & Control.PER):
            self._flag(Status.PGSERR)
            return
        half = self._cells.size // 2
        for number in banks:
            self._cells.fill(self._cells.base + number * half, half, _ERASED)
            self._on_work(FlashAction.MASS_ERASE, 1)
        if control & Control.PER:
            bank = half if control & Control.BKER else 0
            page = (control & Control.PNB) >> 3
            self._cells.fill(self._cells.base + bank + page * PAGE, PAGE, _ERASED)
            self._on_work(FlashAction.ERASE, 1)
        self._finish()

    def _program_word(self, address: int, word: bytes) -> None:
        """The first word waits for the second of its double word (3.3.7)."""
        if self._lock.locked or not self._control & Control.PG or self._status & _ERRORS:
            self._flag(Status.PGSERR)
        elif self._first_word is None:
            if address % DOUBLE_WORD:
                self._flag(Status.PGAERR)
            else:
                self._first_word = address, word
        else:
            first, low = self._first_word
            self._first_word = None
            if address != first + 4:
                self._flag(Status.PGAERR)
            else:
                self._program_double_word(first, low + word)

    def _program_double_word(self, address: int, data: bytes) -> None:
        """Only an erased double word takes data; any takes zeros."""
        offset = address - self._cells.base
        stored = self._cells.data[offset : offset + DOUBLE_WORD]
        if any(data) and (stored != _ERASED).any():
            self._flag(Status.PROGERR)
            return
        self._cells.load(address, data)
        self._on_work(FlashAction.PROGRAM, 1)
        self._finish()

    def _finish(self) -> None:
        if self._control & Control.EOPIE:
            self._flag(Status.EOP)
