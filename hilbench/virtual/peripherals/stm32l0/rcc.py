"""Reset and clock control of the STM32L0 (RM0377 Rev 10, section 7.3): the clock tree's core branch."""

from __future__ import annotations

from collections.abc import Callable

from hilbench.virtual.peripherals.bank import RegisterBank

_CR, _ICSCR, _CFGR, _CSR = 0x00, 0x04, 0x0C, 0x50
_READY_BITS = {0: 2, 8: 9, 16: 17, 24: 25}
"""CR: a clock's enable bit (HSI16, MSI, HSE, PLL) and the ready bit that follows it at once."""
_READY_MASK = sum(1 << bit for bit in _READY_BITS.values())
_HSI16_DIVIDED = 1 << 3
_SLOW_READY = {0: 1, 8: 9}
"""The same in CSR, for LSI and LSE."""
_HSI16, _HSE, _MSI_SLOWEST = 16_000_000, 8_000_000, 65_536
"""Hz; HSE is what the NUCLEO's ST-LINK supplies (UM1956); each MSI range doubles the one before."""
_MULTIPLIERS = (3, 4, 6, 8, 12, 16, 24, 32, 48)
_PRESCALERS = {8: 2, 9: 4, 10: 8, 11: 16, 12: 64, 13: 128, 14: 256, 15: 512}


class Rcc(RegisterBank):
    """Oscillators start and the PLL locks at once; the core clock follows the registers.

    Attributes:
        on_core_clock: called with the frequency in Hz whenever it may have changed.
    """

    def __init__(self, base: int = 0x4002_1000) -> None:
        self.on_core_clock: Callable[[int], None] = lambda _: None
        super().__init__(base, 0x400, {_CR: 0x0000_0300, _ICSCR: 0x0000_B000, _CSR: 0x0C00_0000})

    def reset(self) -> None:
        """Back to MSI at 2.1 MHz."""
        super().reset()
        self.on_core_clock(self.core_clock)

    @property
    def core_clock(self) -> int:
        """Frequency of the core, Hz."""
        choice = self.words.get(_CFGR, 0)
        source = (self._msi, self._hsi16, _HSE, self._pll)[choice & 3]
        return source // _PRESCALERS.get(choice >> 4 & 0xF, 1)

    def load(self, offset: int) -> int:
        """CR and CSR with their ready bits, CFGR with the switch's state following the switch."""
        value = super().load(offset)
        if offset == _CR:
            return value & ~_READY_MASK | _following(value, _READY_BITS)
        if offset == _CSR:
            return value | _following(value, _SLOW_READY)
        if offset == _CFGR:
            return value & ~0xC | (value & 3) << 2
        return value

    def store(self, offset: int, value: int) -> None:
        """Any write may move the core clock."""
        before = self.core_clock
        super().store(offset, value)
        if self.core_clock != before:
            self.on_core_clock(self.core_clock)

    @property
    def _msi(self) -> int:
        return _MSI_SLOWEST << (self.words[_ICSCR] >> 13 & 7)

    @property
    def _hsi16(self) -> int:
        return _HSI16 // 4 if self.words[_CR] & _HSI16_DIVIDED else _HSI16

    @property
    def _pll(self) -> int:
        choice = self.words.get(_CFGR, 0)
        source = _HSE if choice >> 16 & 1 else self._hsi16
        multiplier = _MULTIPLIERS[min(choice >> 18 & 0xF, len(_MULTIPLIERS) - 1)]
        return source * multiplier // ((choice >> 22 & 3) + 1)


def _following(value: int, bits: dict[int, int]) -> int:
    return sum(1 << ready for enable, ready in bits.items() if value >> enable & 1)
