"""Instruments: a module each, and those of other packages, by entry points.

A module defines one subclass of `MeterConfig`: the instrument's part of boards.yaml, which opens its driver.
"""

from hilbench.plugins import Plugins
from hilbench.power.config import MeterConfig

INSTRUMENTS: Plugins[MeterConfig] = Plugins(
    MeterConfig,  # type: ignore[type-abstract]  # its subclasses are what is made
    __name__,
    "hilbench.instruments",
    "instrument",
)

__all__ = ["INSTRUMENTS"]
