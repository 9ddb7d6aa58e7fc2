"""Non-volatile memory controller of the nRF52 and nRF91 (nRF52840 PS v1.8, 4.3; nRF9160 PS v2.1, 4.3)."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

import numpy as np

from hilbench.virtual.bus import BusFault, MemoryBlock
from hilbench.virtual.peripherals.bank import RegisterBank
from hilbench.virtual.power.energy import FlashAction, FlashWork
from hilbench.virtual.timing import FlashSettings

PAGE = 0x1000
"""Bytes that are erased at once."""
_ERASED = 0xFF
_WORD = 4
_READY = 1
_CACHE_ENABLED = 1


class Register(IntEnum):
    """Offsets of the controller's registers."""

    READY = 0x400
    READYNEXT = 0x408
    CONFIG = 0x504
    ERASEPAGE = 0x508
    ERASEALL = 0x50C
    ERASEUICR = 0x514
    ICACHECNF = 0x540


class Enabled(IntEnum):
    """Accesses to flash that CONFIG allows."""

    READ = 0
    WRITE = 1
    ERASE = 2


class Nvmc(RegisterBank):
    """Words are written where CONFIG allows it, and bits only cleared; the core waits meanwhile.

    Args:
        base: first address.
        flash: the code memory; its writes come here from now on.
        uicr: the user information registers; theirs too.
        page_register: whether ERASEPAGE takes a page's address (nRF52); else a page is erased by writing
            ones to its first word (nRF91).
        on_work: called with every operation on the cells.

    Attributes:
        cached_at_reset: the instruction cache is on from the beginning.
        on_access: called with whether the instruction cache is on.
    """

    def __init__(
        self,
        base: int,
        flash: MemoryBlock,
        uicr: MemoryBlock,
        on_work: FlashWork = lambda *_: None,
        *,
        page_register: bool,
    ) -> None:
        super().__init__(base, 0x1000)
        self._on_work = on_work
        self._flash = flash
        self._uicr = uicr
        self._page_register = page_register
        self.cached_at_reset = False
        self.on_access: Callable[[FlashSettings], None] = lambda _: None
        flash.on_write = self._write_flash
        uicr.on_write = self._write_uicr

    def reset(self) -> None:
        """Return to the state after reset: nothing may be written; the cache is off."""
        super().reset()
        self.words[Register.ICACHECNF] = int(self.cached_at_reset)
        self._tell_access()

    def _tell_access(self) -> None:
        cached = bool(self.words.get(Register.ICACHECNF, 0) & _CACHE_ENABLED)
        self.on_access(FlashSettings(code_cache=cached))

    def load(self, offset: int) -> int:
        """Always ready; the erase registers read as zero."""
        match offset:
            case Register.READY | Register.READYNEXT:
                return _READY
            case Register.ERASEPAGE | Register.ERASEALL | Register.ERASEUICR:
                return 0
        return super().load(offset)

    def store(self, offset: int, value: int) -> None:
        """Erase, where CONFIG allows it, or set a register."""
        match offset:
            case Register.ERASEPAGE if self._page_register:
                self._erase_page(value)
            case Register.ERASEALL if value & 1:
                self._erase(FlashAction.MASS_ERASE, self._flash, self._uicr)
            case Register.ERASEUICR if value & 1 and self._page_register:
                self._erase(FlashAction.ERASE, self._uicr)
            case Register.ICACHECNF:
                super().store(offset, value)
                self._tell_access()
            case _:
                super().store(offset, value)

    @property
    def _enabled(self) -> int:
        return self.words.get(Register.CONFIG, 0) & 3

    def _erase(self, action: FlashAction, *blocks: MemoryBlock) -> None:
        if self._enabled == Enabled.ERASE:
            for block in blocks:
                block.fill(block.base, block.size, _ERASED)
            self._on_work(action, 1)

    def _erase_page(self, address: int) -> None:
        if self._enabled == Enabled.ERASE and address in range(
            self._flash.base, self._flash.base + self._flash.size
        ):
            self._flash.fill(address & ~(PAGE - 1), PAGE, _ERASED)
            self._on_work(FlashAction.ERASE, 1)

    def _write_flash(self, address: int, data: bytes) -> None:
        blank = data == bytes([_ERASED]) * len(data)
        if not self._page_register and self._enabled == Enabled.ERASE and blank and address % PAGE == 0:
            self._erase_page(address)
        else:
            self._program(self._flash, address, data)

    def _write_uicr(self, address: int, data: bytes) -> None:
        self._program(self._uicr, address, data)

    def _program(self, block: MemoryBlock, address: int, data: bytes) -> None:
        """Program a memory, which only clears bits.

        Raises:
            BusFault: writing is not enabled, or it is not whole words.
        """
        if self._enabled != Enabled.WRITE or address % _WORD or len(data) % _WORD:
            raise BusFault(address)
        offset = address - block.base
        stored = block.data[offset : offset + len(data)]
        block.load(address, (stored & np.frombuffer(data, np.uint8)).tobytes())
        self._on_work(FlashAction.PROGRAM, len(data) // _WORD)
