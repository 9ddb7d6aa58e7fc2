"""Power meter's part of boards.yaml."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from hilbench.deadline import Clock
from hilbench.files import StrictModel
from hilbench.power.meter import PowerMeter


class SupplyMode(StrEnum):
    """Source of the board's supply."""

    SOURCE = "source"
    """Supply by the meter, which can switch the board off and on."""
    AMPERE = "ampere"
    """Supply by another source; the meter watches the current that flows through it."""


class MeterConfig(StrictModel, ABC):
    """One power meter, its port and how it is wired; a subclass an instrument, with its own keys."""

    needs_port: ClassVar[bool] = True
    """Whether it is reached over a port; False for one that is found in another way."""
    port_is_path: ClassVar[bool] = True
    """Whether the port is a file, which a glob may name; False for an address."""

    meter: str
    """The instrument's name."""
    port: str | None = None
    """Path or glob of its port; a launched board says its own."""
    supply_mv: int = Field(default=3300, ge=800, le=5000)
    uncertainty_pct: float | None = Field(default=None, gt=0, lt=100)
    """Relative uncertainty of its energies, %, by maker or calibration; None where nobody states one."""

    @property
    def supplies_board(self) -> bool:
        """Whether the board is fed through the meter, so that `PowerMeter.power` switches it."""
        return False

    @abstractmethod
    def open(self, port: str, clock: Clock = time.monotonic) -> PowerMeter:
        """Open the meter at `port`; `clock` is that of its own deadlines.

        `port` is empty where `needs_port` is False and boards.yaml names none.

        Raises:
            PowerError: it does not answer.
        """
