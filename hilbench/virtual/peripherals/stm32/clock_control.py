"""Reset and clock control as STM32 families have it: ready bits, the switch, and who hears of the clock."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar

from hilbench.virtual.peripherals.bank import RegisterBank
from hilbench.virtual.peripherals.stm32.external_oscillator import READY, ExternalOscillator
from hilbench.virtual.peripherals.stm32.kernel_clocks import LSE, ClockChoice, Source

_PRESCALERS = {8: 2, 9: 4, 10: 8, 11: 16, 12: 64, 13: 128, 14: 256, 15: 512}
"""Divider of the core clock by HPRE, bits 7:4 of CFGR."""
BUS_PRESCALERS = {4: 2, 5: 4, 6: 8, 7: 16}
"""Divider of the bus clock by PPRE1, three bits."""
_SIZE = 0x400
_CR = 0x00


class ClockControl(RegisterBank):
    """Oscillators start and PLLs lock at once; the core clock follows the registers.

    Attributes:
        hse: source of HSE on the board.
        cfgr: offset of CFGR, with the switch in bits 1:0 and its state in bits 3:2.
        apb1: position of APB1's prescaler in CFGR.
        oscillators: frequencies of LSI and HSI, Hz.
        ready: for each register with oscillators, an enable bit and the ready bit that follows it.
        on_core_clock: called with the frequency in Hz whenever it may have changed.
        on_memory_divider: never called: memories run at the core's clock.
    """

    cfgr: ClassVar[int]
    apb1: ClassVar[int]
    oscillators: ClassVar[Mapping[Source, int]]
    ready: ClassVar[Mapping[int, Mapping[int, int]]]

    def __init__(self, base: int, words: dict[int, int]) -> None:
        self.on_core_clock: Callable[[int], None] = lambda _: None
        self.on_memory_divider: Callable[[int], None] = lambda _: None
        self.hse = ExternalOscillator(8_000_000)
        self._switched = 0
        super().__init__(base, _SIZE, words)

    @property
    @abstractmethod
    def sources(self) -> tuple[float, float, float, float]:
        """Frequency of each position of the switch, Hz."""

    @property
    def core_clock(self) -> int:
        """Frequency of the core, Hz."""
        configuration = self.words.get(self.cfgr, 0)
        return round(self.sources[self._switched] / _PRESCALERS.get(configuration >> 4 & 0xF, 1))

    def kernel_clock(self, choice: ClockChoice) -> float:
        """Frequency that a peripheral counts by, Hz."""
        source = choice.source(self.words)
        if source is None:
            return 0
        if source is Source.BUS:
            divider = self.words.get(self.cfgr, 0) >> self.apb1 & 7
            return self.core_clock / BUS_PRESCALERS.get(divider, 1)
        return {**self.oscillators, Source.LSE: LSE}[source]

    def reset(self) -> None:
        """Back to the clock after reset."""
        super().reset()
        self._switched = 0
        self.on_core_clock(self.core_clock)

    def load(self, offset: int) -> int:
        """Enabled oscillators are ready, the switch has switched to one that runs."""
        value = super().load(offset)
        if offset == self.cfgr:
            return value & ~0xC | self._switched << 2
        for enable, ready in self.ready.get(offset, {}).items():
            value = value & ~(1 << ready) | (value >> enable & 1) << ready
        if offset == _CR and not self.hse.frequency(value):
            value &= ~READY
        return value

    def store(self, offset: int, value: int) -> None:
        """Write a register; any write may move the core clock."""
        before = self.core_clock
        super().store(offset, value)
        wanted = self.words.get(self.cfgr, 0) & 3
        if self.sources[wanted]:  # a switch to a clock that stands still waits for it
            self._switched = wanted
        if self.core_clock not in (before, 0):
            self.on_core_clock(self.core_clock)
