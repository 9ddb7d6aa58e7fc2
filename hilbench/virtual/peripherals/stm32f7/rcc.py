"""Reset and clock control of the STM32F7 (RM0410 Rev 4, chapter 5): the clock tree's core branch."""

from __future__ import annotations

from collections.abc import Callable

from hilbench.virtual.peripherals.bank import RegisterBank

_CR, _PLLCFGR, _CFGR, _BDCR, _CSR = 0x00, 0x04, 0x08, 0x70, 0x74
_READY_BITS = {0: 1, 16: 17, 24: 25, 26: 27, 28: 29}
"""CR: a clock's enable bit (HSI, HSE, PLLs) and the ready bit that follows it at once."""
_READY_MASK = sum(1 << bit for bit in _READY_BITS.values())
_HSI, HSE = 16_000_000, 8_000_000
"""Internal oscillator, and the 8 MHz that the NUCLEO's ST-LINK supplies (UM1974)."""
_PRESCALERS = {8: 2, 9: 4, 10: 8, 11: 16, 12: 64, 13: 128, 14: 256, 15: 512}


class Rcc(RegisterBank):
    """Oscillators start and the PLL locks at once; the core clock follows the registers.

    Attributes:
        on_core_clock: called with the frequency in Hz whenever it may have changed.
    """

    def __init__(self, base: int = 0x4002_3800) -> None:
        self.on_core_clock: Callable[[int], None] = lambda _: None
        super().__init__(base, 0x400, {_CR: 0x0000_0083, _PLLCFGR: 0x2400_3010, _CSR: 0x0E00_0000})

    def reset(self) -> None:
        """Back to HSI at 16 MHz."""
        super().reset()
        self.on_core_clock(self.core_clock)

    @property
    def core_clock(self) -> int:
        """Frequency of the core, Hz."""
        configuration = self.words.get(_CFGR, 0)
        source = (_HSI, HSE, self._pll_p, 0)[configuration & 3]
        return round(source / _PRESCALERS.get(configuration >> 4 & 0xF, 1))

    def load(self, offset: int) -> int:
        """CR with its ready bits, CFGR with the switch's state following the switch."""
        value = super().load(offset)
        if offset == _CR:
            ready = sum(1 << bit for enable, bit in _READY_BITS.items() if value >> enable & 1)
            return value & ~_READY_MASK | ready
        if offset == _CFGR:
            return value & ~0xC | (value & 3) << 2
        if offset in (_BDCR, _CSR):  # LSE and LSI are ready when switched on
            return value & ~2 | (value & 1) << 1
        return value

    def store(self, offset: int, value: int) -> None:
        """Any write may move the core clock."""
        before = self.core_clock
        super().store(offset, value)
        if self.core_clock != before:
            self.on_core_clock(self.core_clock)

    @property
    def _pll_p(self) -> float:
        configuration = self.words[_PLLCFGR]
        source = HSE if configuration >> 22 & 1 else _HSI
        prescaler = (configuration & 0x3F) or 1
        return source / prescaler * (configuration >> 6 & 0x1FF) / (2 * (configuration >> 16 & 3) + 2)
