"""Reset and clock control of the STM32L4 (RM0351 Rev 9, chapter 6): the clock tree's core branch."""

from __future__ import annotations

from collections.abc import Callable

from hilbench.virtual.peripherals.bank import RegisterBank

_CR, _CFGR, _PLLCFGR, _BDCR, _CSR = 0x00, 0x08, 0x0C, 0x90, 0x94
_READY_BITS = {0: 1, 8: 10, 16: 17, 24: 25, 26: 27, 28: 29}
"""CR: a clock's enable bit (MSI, HSI16, HSE, PLLs) and the ready bit that follows it at once."""
_READY_MASK = sum(1 << bit for bit in _READY_BITS.values())
_MSI_KHZ = (100, 200, 400, 800, 1000, 2000, 4000, 8000, 16000, 24000, 32000, 48000)
_MSI_AFTER_RESET = 6
_HSI16, HSE = 16_000_000, 8_000_000
"""Internal oscillator, and the 8 MHz that a board's ST-Link may supply."""
_PRESCALERS = {8: 2, 9: 4, 10: 8, 11: 16, 12: 64, 13: 128, 14: 256, 15: 512}


class Rcc(RegisterBank):
    """Oscillators start and the PLL locks at once; the core clock follows the registers.

    Attributes:
        on_core_clock: called with the frequency in Hz whenever it may have changed.
    """

    def __init__(self, base: int = 0x4002_1000) -> None:
        self.on_core_clock: Callable[[int], None] = lambda _: None
        super().__init__(base, 0x400, {_CR: 0x0000_0063, _PLLCFGR: 0x0000_1000, _CSR: 0x0C00_0600})

    def reset(self) -> None:
        """Back to MSI at 4 MHz."""
        super().reset()
        self.on_core_clock(self.core_clock)

    @property
    def core_clock(self) -> int:
        """Frequency of the core, Hz."""
        configuration = self.words.get(_CFGR, 0)
        source = (self._msi, _HSI16, HSE, self._pll_r)[configuration & 3]
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
        source = (0, self._msi, _HSI16, HSE)[configuration & 3]
        prescaler = (configuration >> 4 & 7) + 1
        return source / prescaler * (configuration >> 8 & 0x7F) / (2 * (configuration >> 25 & 3) + 2)
