"""What a chip draws: run and sleep current by clock, placement and cache state.

Each family's module brings its data sheet's figures. They hold to about 15 %.
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


SUPPLY_VOLTS = 3.3
"""Supply of the board, V."""
