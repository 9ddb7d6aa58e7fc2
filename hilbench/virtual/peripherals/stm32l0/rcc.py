"""Reset and clock control of the STM32L0 (RM0377 Rev 10, section 7.3): the clock tree's core branch."""

from __future__ import annotations

from typing import ClassVar

from hilbench.virtual.peripherals.stm32.clock_control import ClockControl
from hilbench.virtual.peripherals.stm32.kernel_clocks import Source

_CR, _ICSCR, _CFGR, _CSR = 0x00, 0x04, 0x0C, 0x50
_HSI16_DIVIDED = 1 << 3
_HSI16, _MSI_SLOWEST = 16_000_000, 65_536
"""Frequencies, Hz; each MSI range doubles the one before."""
_MULTIPLIERS = (3, 4, 6, 8, 12, 16, 24, 32, 48)
_READY = {_CR: {0: 2, 3: 4, 8: 9, 16: 17, 24: 25}, _CSR: {0: 1, 8: 9}}
"""Enable bits and the ready bits that follow them: HSI16, its division, MSI, HSE, PLL; LSI, LSE."""


class Rcc(ClockControl):
    """RCC of the STM32L0, which begins with MSI at 2.1 MHz after reset."""

    cfgr = _CFGR
    ready = _READY
    apb1 = 8
    oscillators: ClassVar = {Source.LSI: 37_000, Source.HSI: _HSI16}

    def __init__(self, base: int = 0x4002_1000) -> None:
        super().__init__(base, {_CR: 0x0000_0300, _ICSCR: 0x0000_B000, _CSR: 0x0C00_0000})

    @property
    def sources(self) -> tuple[float, float, float, float]:
        """Frequencies of MSI, HSI16, HSE and PLL, Hz."""
        return self._msi, self._hsi16, self._hse, self._pll

    @property
    def _msi(self) -> int:
        return _MSI_SLOWEST << (self.words[_ICSCR] >> 13 & 7)

    @property
    def _hsi16(self) -> int:
        return _HSI16 // 4 if self.words[_CR] & _HSI16_DIVIDED else _HSI16

    @property
    def _hse(self) -> int:
        return self.hse.frequency(self.words[_CR])

    @property
    def _pll(self) -> int:
        choice = self.words.get(_CFGR, 0)
        source = self._hse if choice >> 16 & 1 else self._hsi16
        multiplier = _MULTIPLIERS[min(choice >> 18 & 0xF, len(_MULTIPLIERS) - 1)]
        return source * multiplier // ((choice >> 22 & 3) + 1)
