"""Part of boards.yaml about a board's own UART, trigger pin and clock."""

from __future__ import annotations

from pydantic import Field

from hilbench.chips.clock_plan import ClockSource
from hilbench.files import StrictModel


class UartConfig(StrictModel):
    """Part of boards.yaml: the UART that the firmware talks by, and its pins."""

    name: str
    """Name in the chip's reference manual, in lower case: usart1, uart4, uarte0."""
    tx: str
    """Pin by which the chip sends: PA9; of an nRF P0.06."""
    rx: str


class ClockConfig(StrictModel):
    """Part of boards.yaml: the clock of the core."""

    source: ClockSource
    source_hz: int | None = Field(default=None, gt=0)
    """Frequency of an external source, Hz."""
    core_hz: int = Field(gt=0)
    voltage: str | None = None
    """Voltage scale or range; None for the lowest that the clock allows."""


class HardwareConfig(StrictModel):
    """Part of boards.yaml: what differs from the board that the chip's firmware is made for."""

    uart: UartConfig | None = None
    trigger: str | None = None
    """Pin that a power meter watches: PE0; of an nRF P1.10."""
    clock: ClockConfig | None = None
