"""Reset and clock control of the STM32L4 (RM0351 Rev 9, chapter 6): the clock tree's core branch."""

from __future__ import annotations

from typing import ClassVar

from hilbench.virtual.peripherals.stm32.clock_control import ClockControl
from hilbench.virtual.peripherals.stm32.kernel_clocks import Source

_CR, _CFGR, _PLLCFGR, _BDCR, _CSR = 0x00, 0x08, 0x0C, 0x90, 0x94
_MSI_KHZ = (100, 200, 400, 800, 1000, 2000, 4000, 8000, 16000, 24000, 32000, 48000)
_MSI_AFTER_RESET = 6
_HSI16 = 16_000_000
"""Internal oscillator."""
_READY = {_CR: {0: 1, 8: 10, 16: 17, 24: 25, 26: 27, 28: 29}, _BDCR: {0: 1}, _CSR: {0: 1}}
"""Enable bits and the ready bits that follow them: MSI, HSI16, HSE, PLLs; LSE; LSI."""


class Rcc(ClockControl):
    """RCC of the STM32L4, which begins with MSI at 4 MHz after reset."""

    cfgr = _CFGR
    ready = _READY
    apb1 = 8
    oscillators: ClassVar = {Source.LSI: 32_000, Source.HSI: _HSI16}

    def __init__(self, base: int = 0x4002_1000) -> None:
        super().__init__(base, {_CR: 0x0000_0063, _PLLCFGR: 0x0000_1000, _CSR: 0x0C00_0600})

    @property
    def sources(self) -> tuple[float, float, float, float]:
        """Frequencies of MSI, HSI16, HSE and PLL, Hz."""
        return self._msi, _HSI16, self.hse.frequency(self.words[_CR]), self._pll_r

    @property
    def _msi(self) -> int:
        """CR chooses the range once MSIRGSEL is set; before, it is that after reset."""
        control = self.words[_CR]
        chosen = control >> 4 & 0xF if control & 1 << 3 else _MSI_AFTER_RESET
        return 1000 * _MSI_KHZ[min(chosen, len(_MSI_KHZ) - 1)]

    @property
    def _pll_r(self) -> float:
        configuration = self.words[_PLLCFGR]
        if not configuration >> 24 & 1:
            return 0
        source = (0, self._msi, _HSI16, self.hse.frequency(self.words[_CR]))[configuration & 3]
        prescaler = (configuration >> 4 & 7) + 1
        return source / prescaler * (configuration >> 8 & 0x7F) / (2 * (configuration >> 25 & 3) + 2)
