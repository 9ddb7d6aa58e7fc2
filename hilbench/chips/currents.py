"""What a chip draws from its supply, as its data sheet and measurements tell it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from hilbench.documents import StrictModel

Curve = Annotated[dict[Annotated[float, Field(ge=0)], Annotated[float, Field(ge=0)]], Field(min_length=1)]
"""Current, mA, by core clock, MHz: a straight line between two points, constant beyond the last."""


class Regulator(StrEnum):
    """What feeds the core from the supply."""

    LDO = "ldo"
    """Linear: the current is the core's, whatever the supply voltage."""
    SMPS = "smps"
    """Switching: the power is the core's, so that the current falls as the supply voltage rises."""


class Mode(StrictModel):
    """The currents in one voltage range, or from one of the chip's regulators."""

    regulator: Regulator
    flash: Curve
    """Running from flash, its caches on."""
    uncached: Curve | None = None
    """The same with the caches off, waits and all; as `flash` where nobody tells them apart."""
    ram: Curve | None = None
    """Running from tightly coupled memory, or from SRAM on a chip that has none; else as `flash`."""
    sleep: Curve
    """The core stopped by WFI, its clock running on."""
    source: str


class FlashOperation(StrictModel):
    """One operation of the flash controller."""

    us: float = Field(gt=0)
    """How long it takes."""
    ma: float = Field(ge=0)
    """What it draws beside the core, which waits meanwhile."""


class FlashCurrents(StrictModel):
    """Programming and erasing; what one operation is depends on the family's controller."""

    program: FlashOperation
    """Of what is programmed at once: a word, a double word, half a page."""
    erase: FlashOperation
    """Of a page or sector; of 32 KiB where sectors differ in size."""
    mass_erase: FlashOperation | None = None
    """Of a bank at once; None where that erases sector by sector."""
    source: str


class Currents(StrictModel):
    """What is known of a chip's supply current, where a model stands in for an instrument."""

    uncertainty_pct: float = Field(gt=0, lt=100)
    """Relative uncertainty of emulated energy, %: how far model and silicon may lie apart."""
    volts: float = Field(gt=0)
    """Supply that the figures were taken at, V."""
    modes: dict[str, Mode] = Field(min_length=1)
    """By the name of the voltage range or regulator that firmware selects; the first is that after reset."""
    overhead: Curve = Field(default={0: 0.0})
    """Running or asleep, what the firmware keeps clocked beside the core: serial port, pins, oscillators."""
    flash: FlashCurrents
    run_scale: float = Field(default=1.0, gt=0)
    """What running draws over sleeping, as a multiple of these figures; found by calibration."""
    sleep_scale: float = Field(default=1.0, gt=0)
    """What sleeping draws, as a multiple of these figures; found by calibration."""
