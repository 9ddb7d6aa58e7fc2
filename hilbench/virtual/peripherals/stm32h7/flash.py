"""The flash interface of the STM32H743: two banks and their option bytes."""

from __future__ import annotations

from collections.abc import Callable

from hilbench.virtual.bus import MemoryBlock
from hilbench.virtual.peripherals.stm32.key_lock import KeyLock
from hilbench.virtual.peripherals.stm32h7.flash_bank import FlashBank
from hilbench.virtual.peripherals.stm32h7.flash_registers import OPTION_KEYS, OptionControl, Register
from hilbench.virtual.power.energy import FlashWork
from hilbench.virtual.timing import FlashSettings

_BANK_REGISTERS = 0x100
_ACR_RESET = 0x37
_ACR_BITS = 0x3F
_LATENCY = 0xF
_OPTIONS_FROM_FACTORY = 0x1BC6AAF0
"""OPTSR: readout protection level 0 (0xAA in bits 15:8), no watchdog, both banks in order."""


class FlashController:
    """The peripheral at 0x52002000, and what a write to the flash array goes through.

    Args:
        cells: the flash array, half of it in each bank; its writes come here from now on.
        on_work: called with every operation on the cells.

    Attributes:
        on_access: called with what ACR says.
    """

    base = 0x5200_2000
    size = 0x400

    def __init__(self, cells: MemoryBlock, on_work: FlashWork = lambda *_: None) -> None:
        half = cells.size // 2
        first, second = cells.base, cells.base + half
        self._banks = (FlashBank(cells, first, half, on_work), FlashBank(cells, second, half, on_work))
        cells.on_write = self.program
        self._lock = KeyLock(OPTION_KEYS)
        self._options = _OPTIONS_FROM_FACTORY
        self.on_access: Callable[[FlashSettings], None] = lambda _: None
        self.reset()

    def reset(self) -> None:
        """Lock everything; option bytes stay."""
        for bank in self._banks:
            bank.reset()
        self._lock.reset()
        self._set_access(_ACR_RESET)
        self._next_options = self._options
        self._next_unprotected = [bank.unprotected for bank in self._banks]

    def read(self, offset: int, size: int) -> int:
        """A register, or the part of it that a narrower access reads."""
        word = self._read_word(offset & ~3)
        return word >> 8 * (offset & 3) & ((1 << 8 * size) - 1)

    def write(self, offset: int, size: int, value: int) -> None:
        """Write a whole register; the interface ignores narrower writes."""
        if size == 4 and offset // _BANK_REGISTERS < len(self._banks):
            self._write_word(offset, value)

    def program(self, address: int, data: bytes) -> None:
        """Program what the core or the debug port writes to the array, bank by bank."""
        for bank in self._banks:
            first = max(address, bank.base)
            last = min(address + len(data), bank.base + bank.size)
            if first < last:
                bank.program(first, data[first - address : last - address])

    def _read_word(self, offset: int) -> int:
        number, register = divmod(offset, _BANK_REGISTERS)
        if number >= len(self._banks):
            return 0
        match register:
            case Register.ACR:
                return self._access
            case Register.OPTCR:
                return OptionControl.OPTLOCK if self._lock.locked else 0
            case Register.OPTSR_CUR:
                return self._options
            case Register.OPTSR_PRG:
                return self._next_options
            case Register.WPSN_CUR:
                return self._banks[number].unprotected
            case Register.WPSN_PRG:
                return self._next_unprotected[number]
        return self._banks[number].read(register)

    def _write_word(self, offset: int, value: int) -> None:
        number, register = divmod(offset, _BANK_REGISTERS)
        match register:
            case Register.ACR:
                self._set_access(value & _ACR_BITS)
            case Register.OPTKEYR:
                self._lock.enter(value)
            case Register.OPTCR if not self._lock.locked:
                self._set_option_control(value)
            case Register.OPTSR_PRG if not self._lock.locked:
                self._next_options = value
            case Register.WPSN_PRG if not self._lock.locked:
                self._next_unprotected[number] = value & 0xFF
            case _:
                self._banks[number].write(register, value)

    def _set_access(self, value: int) -> None:
        self._access = value
        self.on_access(FlashSettings(wait_states=value & _LATENCY))

    def _set_option_control(self, value: int) -> None:
        if value & OptionControl.OPTSTART:
            self._options = self._next_options
            for bank, unprotected in zip(self._banks, self._next_unprotected, strict=True):
                bank.unprotected = unprotected
        if value & OptionControl.MER:
            for bank in self._banks:
                bank.erase_all()
        if value & OptionControl.OPTLOCK:
            self._lock.close()
