"""Reset and clock control as STM32 families have it: ready bits, the switch, and who hears of the clock."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar

from hilbench.virtual.peripherals.bank import RegisterBank

_PRESCALERS = {8: 2, 9: 4, 10: 8, 11: 16, 12: 64, 13: 128, 14: 256, 15: 512}
"""HPRE, bits 7:4 of CFGR."""
_SIZE = 0x400


class ClockControl(RegisterBank):
    """Oscillators start and PLLs lock at once; the core clock follows the registers.

    Attributes:
        cfgr: offset of CFGR, with the switch in bits 1:0 and its state in bits 3:2.
        ready: for each register with oscillators, an enable bit and the ready bit that follows it.
        on_core_clock: called with the frequency in Hz whenever it may have changed.
        on_memory_divider: never called: memories run at the core's clock.
    """

    cfgr: ClassVar[int]
    ready: ClassVar[Mapping[int, Mapping[int, int]]]

    def __init__(self, base: int, words: dict[int, int]) -> None:
        self.on_core_clock: Callable[[int], None] = lambda _: None
        self.on_memory_divider: Callable[[int], None] = lambda _: None
        super().__init__(base, _SIZE, words)

    @property
    @abstractmethod
    def sources(self) -> tuple[float, float, float, float]:
        """Frequency of each position of the switch, Hz."""

    @property
    def core_clock(self) -> int:
        """Frequency of the core, Hz."""
        configuration = self.words.get(self.cfgr, 0)
        return round(self.sources[configuration & 3] / _PRESCALERS.get(configuration >> 4 & 0xF, 1))

    def reset(self) -> None:
        """Back to the clock after reset."""
        super().reset()
        self.on_core_clock(self.core_clock)

    def load(self, offset: int) -> int:
        """Enabled oscillators are ready, the switch has switched."""
        value = super().load(offset)
        if offset == self.cfgr:
            return value & ~0xC | (value & 3) << 2
        for enable, ready in self.ready.get(offset, {}).items():
            value = value & ~(1 << ready) | (value >> enable & 1) << ready
        return value

    def store(self, offset: int, value: int) -> None:
        """Any write may move the core clock."""
        before = self.core_clock
        super().store(offset, value)
        if self.core_clock != before:
            self.on_core_clock(self.core_clock)
