"""Reset and clock control of the STM32F7 (RM0410 Rev 4, chapter 5): the clock tree's core branch."""

from __future__ import annotations

from typing import ClassVar

from hilbench.virtual.peripherals.stm32.clock_control import ClockControl
from hilbench.virtual.peripherals.stm32.kernel_clocks import Source

_CR, _PLLCFGR, _CFGR, _BDCR, _CSR = 0x00, 0x04, 0x08, 0x70, 0x74
_HSI = 16_000_000
"""Internal oscillator."""
_READY = {_CR: {0: 1, 16: 17, 24: 25, 26: 27, 28: 29}, _BDCR: {0: 1}, _CSR: {0: 1}}
"""Enable bits and the ready bits that follow them: HSI, HSE, PLLs; LSE; LSI."""


class Rcc(ClockControl):
    """RCC of the STM32F7, which begins with HSI at 16 MHz after reset."""

    cfgr = _CFGR
    ready = _READY
    apb1 = 10
    oscillators: ClassVar = {Source.LSI: 32_000, Source.HSI: _HSI}

    def __init__(self, base: int = 0x4002_3800) -> None:
        super().__init__(base, {_CR: 0x0000_0083, _PLLCFGR: 0x2400_3010, _CSR: 0x0E00_0000})

    @property
    def sources(self) -> tuple[float, float, float, float]:
        """Frequencies of HSI, HSE and PLL, Hz."""
        return _HSI, self.hse.frequency(self.words[_CR]), self._pll_p, 0

    @property
    def _pll_p(self) -> float:
        configuration = self.words[_PLLCFGR]
        source = self.hse.frequency(self.words[_CR]) if configuration >> 22 & 1 else _HSI
        prescaler = (configuration & 0x3F) or 1
        return source / prescaler * (configuration >> 6 & 0x1FF) / (2 * (configuration >> 16 & 3) + 2)
