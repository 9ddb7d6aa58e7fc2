"""Reset and clock control of the STM32H7 (RM0433 Rev 8, chapter 8): the clock tree's core branch."""

from __future__ import annotations

from collections.abc import Callable

from hilbench.virtual.peripherals.bank import RegisterBank
from hilbench.virtual.peripherals.stm32.clock_control import BUS_PRESCALERS
from hilbench.virtual.peripherals.stm32.external_oscillator import READY, ExternalOscillator
from hilbench.virtual.peripherals.stm32.kernel_clocks import LSE, ClockChoice, Source

_CR, _CFGR, _D1CFGR, _D2CFGR = 0x00, 0x10, 0x18, 0x1C
_PLLCKSELR, _PLLCFGR, _PLL1DIVR, _PLL1FRACR = 0x28, 0x2C, 0x30, 0x34
_RSR = 0xD0
_READY_BITS = {0: 2, 7: 8, 12: 13, 16: 17, 24: 25, 26: 27, 28: 29}
"""CR: a clock's enable bit and the ready bit that follows it at once."""
_READY_MASK = sum(1 << bit for bit in _READY_BITS.values()) | 0x3 << 14
_HSI, _CSI, _LSI = 64_000_000, 4_000_000, 32_000
"""Frequencies of the internal oscillators, Hz."""
_PRESCALERS = {8: 2, 9: 4, 10: 8, 11: 16, 12: 64, 13: 128, 14: 256, 15: 512}


class Rcc(RegisterBank):
    """Oscillators start and the PLL locks at once; the core clock follows the registers.

    Attributes:
        hse: source of HSE on the board.
        on_core_clock: called with the frequency in Hz whenever it may have changed.
        on_memory_divider: called with the core cycles in one of the AXI clock, whenever it may have changed.
    """

    def __init__(self, base: int = 0x5802_4400) -> None:
        self.on_core_clock: Callable[[int], None] = lambda _: None
        self.on_memory_divider: Callable[[int], None] = lambda _: None
        self.hse = ExternalOscillator(8_000_000)
        self._switched = 0
        super().__init__(
            base,
            0x400,
            {
                _CR: 0x0000_0025,
                _PLLCKSELR: 0x0202_0200,
                _PLLCFGR: 0x01FF_0000,
                _PLL1DIVR: 0x0101_0280,
                _RSR: 0x00FE_0000,
            },
        )

    def reset(self) -> None:
        """Back to HSI at 64 MHz, for the buses as well."""
        super().reset()
        self._switched = 0
        self.on_core_clock(self.core_clock)
        self.on_memory_divider(self.memory_divider)

    @property
    def core_clock(self) -> int:
        """Frequency of the core, Hz."""
        source = self._sources[self._switched]
        divider = _PRESCALERS.get(self.words.get(_D1CFGR, 0) >> 8 & 0xF, 1)
        return round(source / divider)

    @property
    def memory_divider(self) -> int:
        """Core cycles in a cycle of the AXI clock (HPRE)."""
        return _PRESCALERS.get(self.words.get(_D1CFGR, 0) & 0xF, 1)

    def kernel_clock(self, choice: ClockChoice) -> float:
        """Frequency that a peripheral counts by, Hz."""
        source = choice.source(self.words)
        if source is Source.BUS:
            divider = BUS_PRESCALERS.get(self.words.get(_D2CFGR, 0) >> 4 & 7, 1)
            return self.core_clock / self.memory_divider / divider
        return {None: 0, Source.LSI: _LSI, Source.LSE: LSE, Source.HSI: self._hsi}[source]

    def load(self, offset: int) -> int:
        """CR with its ready bits, CFGR with the switch's state following the switch."""
        value = super().load(offset)
        if offset == _CR:
            ready = sum(1 << bit for enable, bit in _READY_BITS.items() if value >> enable & 1)
            if not self.hse.frequency(value):
                ready &= ~READY
            return value & ~_READY_MASK | ready | (0x3 << 14 if value & 1 else 0)
        if offset == _CFGR:
            return value & ~0x38 | self._switched << 3
        if offset in (0x70, 0x74):  # BDCR, CSR: LSE and LSI are ready when switched on
            return value & ~2 | (value & 1) << 1
        return value

    def store(self, offset: int, value: int) -> None:
        """Write a register; any write may move the core clock."""
        before = self.core_clock
        super().store(offset, value)
        if offset == _D1CFGR:
            self.on_memory_divider(self.memory_divider)
        wanted = self.words.get(_CFGR, 0) & 3
        if self._sources[wanted]:  # a switch to a clock that stands still waits for it
            self._switched = wanted
        if self.core_clock not in (before, 0):
            self.on_core_clock(self.core_clock)

    @property
    def _sources(self) -> tuple[float, float, float, float]:
        """Frequency of each position of the switch, Hz."""
        return self._hsi, _CSI, self._hse, self._pll1_p

    @property
    def _hsi(self) -> int:
        return _HSI >> (self.words[_CR] >> 3 & 3)

    @property
    def _hse(self) -> int:
        return self.hse.frequency(self.words[_CR])

    @property
    def _pll1_p(self) -> float:
        selection = self.words[_PLLCKSELR]
        source = (self._hsi, _CSI, self._hse, 0)[selection & 3]
        prescaler = (selection >> 4 & 0x3F) or 1
        dividers = self.words[_PLL1DIVR]
        multiplier = (dividers & 0x1FF) + 1.0
        if self.words[_PLLCFGR] & 1:
            multiplier += (self.words.get(_PLL1FRACR, 0) >> 3 & 0x1FFF) / 8192
        return source / prescaler * multiplier / ((dividers >> 9 & 0x7F) + 1)
