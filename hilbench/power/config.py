"""Power meter's part of boards.yaml."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from hilbench.files import StrictModel


class SupplyMode(StrEnum):
    """Source of the board's supply."""

    SOURCE = "source"
    """Supply by the meter, which can switch the board off and on."""
    AMPERE = "ampere"
    """Supply by another source; the meter watches the current that flows through it."""


class MeterConfig(StrictModel):
    """One power meter, its port and how the board hangs on it."""

    meter: Literal["ppk2", "lpm01a"]
    port: str | None = None
    """Path or glob of its serial port; a launched board says its own."""
    supply_mv: int = Field(default=3300, ge=800, le=5000)
    mode: SupplyMode = SupplyMode.SOURCE
    uncertainty_pct: float | None = Field(default=None, gt=0, lt=100)
    """Relative uncertainty of its energies, %, by maker or calibration; None where nobody states one."""
    trigger_input: int = Field(default=0, ge=0, le=7)
    """Digital input of a PPK2 that the board's trigger pin is wired to; on an LPM01A it is D7."""
