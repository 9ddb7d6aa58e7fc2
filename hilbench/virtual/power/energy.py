"""Supply current of a chip from its description, by clock, mode, supply, placement and instructions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from hilbench.chips import Chip, Currents, Curve, FlashOperation, Regulator
from hilbench.errors import ConfigError

SUPPLY_VOLTS = 3.3
"""Supply of a board that no meter feeds, V."""
_MILLI = 1e-3


class FlashAction(StrEnum):
    """Operations of a flash controller on its cells."""

    PROGRAM = "program"
    ERASE = "erase"
    MASS_ERASE = "mass_erase"


FlashWork = Callable[[FlashAction, int], None]
"""Takes what a flash controller does and how many times over; the core waits for it meanwhile."""


@dataclass(frozen=True)
class OperatingPoint:
    """A chip's supply current at one clock, in one mode, from one supply voltage, A.

    Attributes:
        ram: executing from tightly coupled memory.
        cached: from flash.
        uncached: from flash, its caches off; None where nobody tells them apart.
        asleep: stopped by WFI.
    """

    ram: float
    cached: float
    uncached: float | None
    asleep: float

    def running(self, *, ram_share: float, cached: bool, weight: float = 1.0) -> float:
        """Current while executing, A.

        Args:
            ram_share: part of the cycles spent in code in tightly coupled memory, 0 .. 1.
            cached: whether the instruction cache is on.
            weight: of the instructions executed, over those that the figures are of. A figure of
                its own for caches off has its waits in it, and is not weighed.
        """
        if cached or self.uncached is None:
            other = weight * (self.cached - self.asleep)
        else:
            other = self.uncached - self.asleep
        tight = weight * (self.ram - self.asleep)
        return self.asleep + ram_share * tight + (1 - ram_share) * other


class CurrentModel:
    """A chip's supply current by what it is doing.

    Args:
        currents: the figures.
    """

    def __init__(self, currents: Currents) -> None:
        self._currents = currents

    @classmethod
    def of(cls, chip: Chip) -> CurrentModel:
        """The model of a chip.

        Raises:
            ConfigError: its description tells no currents.
        """
        if chip.currents is None:
            raise ConfigError(f"What {chip.name} draws is not described; give it `currents`.")
        return cls(chip.currents)

    @property
    def reset_mode(self) -> str:
        """The mode after reset."""
        return next(iter(self._currents.modes))

    def at(self, frequency: float, mode: str, volts: float) -> OperatingPoint:
        """The currents at a core clock, Hz, in a mode, from a supply, V.

        Raises:
            ConfigError: the chip's description knows no such mode.
        """
        if mode not in self._currents.modes:
            known = ", ".join(self._currents.modes)
            raise ConfigError(f"No currents are described in mode '{mode}'; there are: {known}.")
        figures = self._currents.modes[mode]
        scale = self._currents.volts / volts if figures.regulator is Regulator.SMPS else 1.0
        overhead = _at(self._currents.overhead, frequency)
        sleep = _at(figures.sleep, frequency)
        asleep = self._currents.sleep_scale * (sleep + overhead)

        def running(curve: Curve) -> float:
            return scale * (asleep + self._currents.run_scale * (_at(curve, frequency) - sleep))

        return OperatingPoint(
            ram=running(figures.ram or figures.flash),
            cached=running(figures.flash),
            uncached=running(figures.uncached) if figures.uncached else None,
            asleep=scale * asleep,
        )

    def flash(self, action: FlashAction) -> FlashOperation:
        """Figures of one operation of the flash controller; a mass erase without figures is an erase."""
        figures = self._currents.flash
        match action:
            case FlashAction.PROGRAM:
                return figures.program
            case FlashAction.ERASE:
                return figures.erase
        return figures.mass_erase or figures.erase


def _at(curve: Curve, frequency: float) -> float:
    """A curve at `frequency` Hz, A."""
    clocks = sorted(curve)
    return float(np.interp(frequency / 1e6, clocks, [curve[clock] for clock in clocks])) * _MILLI
