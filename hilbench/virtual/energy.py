"""What the chip draws: run and sleep current by clock, placement and cache state.

STM32H743 revision V, LDO supply, peripherals off, 25 °C typical: DS12110 Rev 10, tables 129 (from
ITCM), 130 (from flash, caches on), 131 (caches off) and 134 (sleep). Figures hold to about 15 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Curve:
    """Current over core frequency, linear between the points of the data sheet.

    Attributes:
        hertz: rising frequencies, Hz.
        ampere: the current at each, A.
    """

    hertz: tuple[float, ...]
    ampere: tuple[float, ...]

    def at(self, frequency: float) -> float:
        """The current at `frequency` Hz, A; constant beyond the last point."""
        return float(np.interp(frequency, self.hertz, self.ampere))


@dataclass(frozen=True)
class CurrentModel:
    """A chip's supply current by what it is doing.

    A microcontroller with a linear regulator draws it at any supply voltage.
    """

    tight: Curve
    """Running from tightly coupled memory."""
    cached: Curve
    """Running from flash with caches on."""
    uncached: Curve
    """Running from flash with caches off."""
    asleep: Curve

    def running(self, frequency: float, *, tight_share: float, cached: bool) -> float:
        """Current while executing, A.

        Args:
            frequency: of the core, Hz.
            tight_share: part of the cycles spent in tightly coupled memory, 0 .. 1.
            cached: whether the instruction cache is on.
        """
        other = (self.cached if cached else self.uncached).at(frequency)
        return tight_share * self.tight.at(frequency) + (1 - tight_share) * other

    def sleeping(self, frequency: float) -> float:
        """Current in sleep mode, A."""
        return self.asleep.at(frequency)


_STATIC = 0.004
"""Current extrapolated to a stopped clock, A: the straight line through the figures below 400 MHz."""

STM32H743 = CurrentModel(
    tight=Curve((0, 200e6, 400e6, 480e6), (_STATIC, 0.047, 0.110, 0.148)),
    cached=Curve((0, 400e6, 480e6), (_STATIC, 0.080, 0.110)),
    uncached=Curve((0, 480e6), (_STATIC, 0.087)),
    asleep=Curve((0, 400e6, 480e6), (_STATIC, 0.0353, 0.0507)),
)
SUPPLY_VOLTS = 3.3
"""Supply of the board, V."""
