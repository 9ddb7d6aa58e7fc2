"""The parts around a core: a module a family, and the contract that they fulfil."""

from hilbench.virtual.chips.family import (
    UNIQUE_ID,
    ControlPortKind,
    Family,
    SerialPort,
    Signals,
    build_bus,
    family_of,
)

__all__ = ["UNIQUE_ID", "ControlPortKind", "Family", "SerialPort", "Signals", "build_bus", "family_of"]
