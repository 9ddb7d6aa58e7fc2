"""Chips: a description each, read by the build, the boards and the virtual boards alike."""

from hilbench.chips.chip import (
    Chip,
    Currents,
    FirmwareRoom,
    Identification,
    Memory,
    Placement,
    chip_names,
    load_chip,
)
from hilbench.chips.timing import MemoryTiming

__all__ = [
    "Chip",
    "Currents",
    "FirmwareRoom",
    "Identification",
    "Memory",
    "MemoryTiming",
    "Placement",
    "chip_names",
    "load_chip",
]
