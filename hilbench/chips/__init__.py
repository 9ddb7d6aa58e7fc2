"""Chips: a description each, read by the build, the boards and the virtual boards alike."""

from hilbench.chips.chip import Chip, Identification, Memory, Placement, load_chip

__all__ = ["Chip", "Identification", "Memory", "Placement", "load_chip"]
