"""Supply current of a chip, by its data sheet and measurements."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from hilbench.files import StrictModel

Curve = Annotated[dict[Annotated[float, Field(ge=0)], Annotated[float, Field(ge=0)]], Field(min_length=1)]
"""Current, mA, by core clock, MHz: a straight line between two points, constant beyond the last."""


class Regulator(StrEnum):
    """Regulator that feeds the core from the supply."""

    LDO = "ldo"
    """Linear: the current is the core's, whatever the supply voltage."""
    SMPS = "smps"
    """Switching: the power is the core's, so that the current falls as the supply voltage rises."""


class Mode(StrictModel):
    """The currents in one voltage range, or from one of the chip's regulators."""

    regulator: Regulator
    flash: Curve
    """Current of running from flash, its caches on."""
    uncached: Curve | None = None
    """Current of running from flash, its caches off, waits and all; `flash` where nobody tells them apart."""
    ram: Curve | None = None
    """Current of running from tightly coupled memory, or from SRAM where there is none; else as `flash`."""
    sleep: Curve
    """Current of the core stopped by WFI, its clock running on."""
    source: str


class FlashOperation(StrictModel):
    """One operation of the flash controller."""

    us: float = Field(gt=0)
    """Duration, µs."""
    ma: float = Field(ge=0)
    """Current on top of the core's, mA; the core waits meanwhile."""


class FlashCurrents(StrictModel):
    """Programming and erasing; what one operation is depends on the family's controller."""

    program: FlashOperation
    """Programming of one unit: a word, a double word, half a page."""
    erase: FlashOperation
    """Erasing of a page or sector; of 32 KiB where sectors differ in size."""
    mass_erase: FlashOperation | None = None
    """Erasing of a bank at once; None where that erases sector by sector."""
    source: str


class Currents(StrictModel):
    """Supply current of a chip, as far as it is known, for a model in place of an instrument."""

    uncertainty_pct: float = Field(gt=0, lt=100)
    """Relative uncertainty of emulated energy, %: how far model and silicon may lie apart."""
    volts: float = Field(gt=0)
    """Supply that the figures were taken at, V."""
    modes: dict[str, Mode] = Field(min_length=1)
    """Currents by the voltage range or regulator that firmware selects; the first is that after reset."""
    overhead: Curve = Field(default={0: 0.0})
    """Current of what the firmware keeps clocked, running or asleep: serial port, pins, oscillators."""
    flash: FlashCurrents
    run_scale: float = Field(default=1.0, gt=0)
    """Multiple of these figures that running draws above sleeping; found by calibration."""
    sleep_scale: float = Field(default=1.0, gt=0)
    """Multiple of these figures that sleeping draws; found by calibration."""
