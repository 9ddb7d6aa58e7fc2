"""Virtual time: core cycles while running, what the machine says while asleep."""

from __future__ import annotations

import math

from hilbench.virtual.core.counting import BlockCounter


class Clock:
    """Converts the core's cycles to seconds across changes of frequency.

    Periods of the core clock are whole, so that what counts them is exact however long the core has slept.

    Attributes:
        frequency: of the core, Hz.
    """

    def __init__(self, counter: BlockCounter, frequency: int) -> None:
        self.frequency = frequency
        self._counter = counter
        self._slept = 0
        self._part_slept = 0.0
        self._origin_ticks = 0
        self._origin_seconds = 0.0

    @property
    def ticks(self) -> int:
        """Periods of the core clock since power-on, those asleep included."""
        return self._counter.cycles + self._slept

    @property
    def seconds(self) -> float:
        """Virtual time since power-on, s."""
        return self._origin_seconds + (self.ticks - self._origin_ticks) / self.frequency

    def ticks_at(self, seconds: float) -> int:
        """Periods of the core clock by which a virtual time is reached, if the clock stays as it is."""
        return self._origin_ticks + math.ceil((seconds - self._origin_seconds) * self.frequency)

    def sleep(self, ticks: float) -> None:
        """Let `ticks` periods pass without executing anything; a part of one counts as others complete it."""
        self._part_slept, whole = math.modf(self._part_slept + ticks)
        self._slept += int(whole)

    def set_frequency(self, frequency: int) -> None:
        """Have the core run at `frequency` Hz from now on; the clock tree was switched over."""
        self._origin_seconds = self.seconds
        self._origin_ticks = self.ticks
        self.frequency = frequency

    def cycles_at(self, ticks: int) -> int:
        """The executed-cycle count at which `ticks` is reached if the core runs until then."""
        return ticks - self._slept
