"""Setup of an nRF on a board: any pins, and always the same clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from hilbench.chips.hardware_config import HardwareConfig
from hilbench.errors import ConfigError
from hilbench.files import StrictModel

_PIN = re.compile(r"(P\d)\.(\d\d?)")


class NordicPort(StrictModel):
    """A port of pins: the address that its registers are counted from, and how many pins it has."""

    base: int
    pins: int


class NordicOptions(StrictModel):
    """Setups that an nRF's firmware can be built for."""

    default: HardwareConfig
    ports: Mapping[str, NordicPort]
    sources: tuple[str, ...]


class NordicPin(NamedTuple):
    """A pin by the number and the address of its port, and its own number."""

    port: int
    base: int
    number: int

    @property
    def select(self) -> int:
        """Value of a PSEL register."""
        return self.port << 5 | self.number


class NordicSetup(StrictModel):
    """An nRF as one board wires it."""

    tx: NordicPin
    rx: NordicPin
    trigger: NordicPin


def resolve_nordic(chip: str, options: NordicOptions, asked: HardwareConfig) -> NordicSetup:
    """The setup that an entry of boards.yaml asks for; what it leaves out is as on the development kit.

    Raises:
        ConfigError: the chip has no such pins; the sentence says what it has.
    """
    if asked.clock is not None:
        raise ConfigError(f"{chip} always runs at 64 MHz of its 32 MHz crystal; leave out 'clock'.")
    uart, own = asked.uart or options.default.uart, options.default.uart
    trigger = asked.trigger or options.default.trigger
    assert uart is not None and own is not None and trigger is not None  # noqa: S101, PT018  # files of ours
    if uart.name != own.name:
        raise ConfigError(f"The firmware of {chip} talks by {own.name}, not by '{uart.name}'.")
    tx, rx, watched = (_pin(name, chip, options) for name in (uart.tx, uart.rx, trigger))
    if len({tx, rx, watched}) < 3:
        raise ConfigError("The pins of the UART and the trigger must be three.")
    return NordicSetup(tx=tx, rx=rx, trigger=watched)


def _pin(name: str, chip: str, options: NordicOptions) -> NordicPin:
    found = _PIN.fullmatch(name)
    port = options.ports.get(found[1]) if found else None
    if found is None or port is None or int(found[2]) >= port.pins:
        known = ", ".join(f"{each}.00 to {each}.{port.pins - 1:02}" for each, port in options.ports.items())
        raise ConfigError(f"{chip} has no pin '{name}'; there are: {known}.")
    return NordicPin(int(found[1][1:]), port.base, int(found[2]))
