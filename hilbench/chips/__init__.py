"""Chips: a description each, read by the build, the boards and the virtual boards alike."""

from hilbench.chips.chip import (
    Chip,
    Identification,
    Memory,
    Placement,
    chip_names,
    load_chip,
)
from hilbench.chips.currents import Currents, Curve, FlashOperation, Mode, Regulator
from hilbench.chips.parameter import Effect, Parameter
from hilbench.chips.timing import MemoryTiming

__all__ = [
    "Chip",
    "Currents",
    "Curve",
    "Effect",
    "FlashOperation",
    "Identification",
    "Memory",
    "MemoryTiming",
    "Mode",
    "Parameter",
    "Placement",
    "Regulator",
    "chip_names",
    "load_chip",
]
