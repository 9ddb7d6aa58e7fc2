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
class OperatingPoint:
    """A chip's supply current at one core frequency, A."""

    tight: float
    cached: float
    uncached: float
    asleep: float

    def running(self, *, tight_share: float, cached: bool) -> float:
        """Current while executing, A.

        Args:
            tight_share: part of the cycles spent in tightly coupled memory, 0 .. 1.
            cached: whether the instruction cache is on.
        """
        other = self.cached if cached else self.uncached
        return tight_share * self.tight + (1 - tight_share) * other


@dataclass(frozen=True)
class CurrentModel:
    """A chip's supply current by what it is doing.

    A microcontroller with a linear regulator draws the same at any supply voltage.

    Attributes:
        tight: running from tightly coupled memory.
        cached: running from flash with caches on.
        uncached: running from flash with caches off.
        asleep: in sleep mode, at a WFI.
    """

    tight: Curve
    cached: Curve
    uncached: Curve
    asleep: Curve

    def at(self, frequency: float) -> OperatingPoint:
        """The currents at a core frequency, Hz."""
        curves = (self.tight, self.cached, self.uncached, self.asleep)
        return OperatingPoint(*(curve.at(frequency) for curve in curves))


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
