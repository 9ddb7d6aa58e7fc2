"""Chips: a description each, read by the build, the boards and the virtual boards alike."""

from hilbench.chips.chip import (
    Chip,
    Identification,
    Memory,
    Placement,
    chip_names,
    load_chip,
    load_chip_file,
)
from hilbench.chips.currents import Currents, Curve, FlashOperation, Mode, Regulator
from hilbench.chips.hardware_config import HardwareConfig
from hilbench.chips.nordic_setup import NordicSetup
from hilbench.chips.parameter import Effect, Parameter
from hilbench.chips.setup import Setup, load_setups, resolve_setup
from hilbench.chips.timing import MemoryTiming

__all__ = [
    "Chip",
    "Currents",
    "Curve",
    "Effect",
    "FlashOperation",
    "HardwareConfig",
    "Identification",
    "Memory",
    "MemoryTiming",
    "Mode",
    "NordicSetup",
    "Parameter",
    "Placement",
    "Regulator",
    "Setup",
    "chip_names",
    "load_chip",
    "load_chip_file",
    "load_setups",
    "resolve_setup",
]
