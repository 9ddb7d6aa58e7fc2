"""Setup of a chip on a board: UART, trigger pin and clocks that the firmware is built for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from hilbench.chips.clock_plan import ClockLimits, ClockPlan, plan_clock
from hilbench.chips.hardware_config import HardwareConfig
from hilbench.chips.nordic_setup import NordicOptions, NordicSetup, resolve_nordic
from hilbench.errors import ConfigError
from hilbench.files import StrictModel, own_yaml
from hilbench.suggestions import alternatives

_FOLDER = Path(__file__).parent / "setups"
_PIN = re.compile(r"P([A-K])(\d|1[0-5])")
_GPIO_STRIDE = 0x400
_DEBUG_PINS = frozenset({"PA13", "PA14"})


class Uart(StrictModel):
    """A UART of a chip.

    Attributes:
        enable: address and bit that give it its clock.
        select: address, lowest bit and mask of the field that chooses its clock, and the value for HSI.
        tx: alternate function of each pin by which it can send.
        rx: alternate function of each pin by which it can receive.
    """

    base: int
    irq: int
    enable: tuple[int, int]
    select: tuple[int, int, int, int]
    tx: Mapping[str, int]
    rx: Mapping[str, int]


class Gpio(StrictModel):
    """The ports of a chip, the first at `base`; `enable` is the register that gives them their clocks."""

    base: int
    enable: int
    ports: str


class SetupOptions(StrictModel):
    """Setups that a chip's firmware can be built for."""

    default: HardwareConfig
    gpio: Gpio
    uarts: Mapping[str, Uart]
    clock: ClockLimits
    sources: tuple[str, ...]


class Pin(NamedTuple):
    """A pin by its port's letter and its number; as an alternate function where it has one."""

    port: str
    number: int
    function: int = 0

    def __str__(self) -> str:
        return f"P{self.port}{self.number}"


class Setup(StrictModel):
    """A chip as one board wires it; a firmware is built for one, and a virtual chip has its wires there."""

    gpio: Gpio
    uart_name: str
    uart: Uart
    tx: Pin
    rx: Pin
    trigger: Pin
    clock: ClockPlan

    def port(self, pin: Pin) -> int:
        """Address of the registers of a pin's port."""
        return self.gpio.base + _GPIO_STRIDE * _index(pin)

    def port_bits(self, pins: Sequence[Pin]) -> int:
        """Bits of the enable register that give the ports of `pins` their clocks."""
        return sum({1 << _index(pin) for pin in pins})


@cache
def load_setups(chip: str) -> SetupOptions | NordicOptions | None:
    """Setups that the firmware of a chip can be built for; None where it is made for one board."""
    path = _FOLDER / f"{chip}.yaml"
    if not path.is_file():
        return None
    document = own_yaml(path)
    is_nordic = isinstance(document, dict) and "ports" in document
    return (NordicOptions if is_nordic else SetupOptions).model_validate(document)


@cache
def resolve_setup(chip: str, hardware: HardwareConfig | None = None) -> Setup | NordicSetup:
    """The setup that an entry of boards.yaml asks for; what it leaves out is as on the chip's default board.

    Raises:
        ConfigError: the chip has no such pins, or does not run so; the sentence says what it has.
    """
    options = load_setups(chip)
    if options is None:
        raise ConfigError(
            f"The firmware of {chip} is made for one board and has no settings; put what differs into a "
            "folder and name it by 'firmware'."
        )
    asked = hardware or HardwareConfig()
    if isinstance(options, NordicOptions):
        return resolve_nordic(chip, options, asked)
    uart = asked.uart or options.default.uart
    trigger = asked.trigger or options.default.trigger
    clock = asked.clock or options.default.clock
    assert uart is not None and trigger is not None and clock is not None  # noqa: S101, PT018  # files of ours
    if uart.name not in options.uarts:
        raise ConfigError(f"{chip} has no UART '{uart.name}'{alternatives(uart.name, options.uarts)}")
    device = options.uarts[uart.name]
    setup = Setup(
        gpio=options.gpio,
        uart_name=uart.name,
        uart=device,
        tx=_alternate(uart.tx, device.tx, f"{uart.name} of {chip} sends by"),
        rx=_alternate(uart.rx, device.rx, f"{uart.name} of {chip} receives by"),
        trigger=_output(trigger, chip, options.gpio),
        clock=plan_clock(chip, options.clock, clock.source, clock.source_hz, clock.core_hz, clock.voltage),
    )
    if setup.trigger[:2] in {setup.tx[:2], setup.rx[:2]}:
        raise ConfigError(f"{trigger} is a pin of the UART, and cannot be the trigger, too.")
    return setup


def _alternate(name: str, functions: Mapping[str, int], what: str) -> Pin:
    if name not in functions:
        raise ConfigError(f"{what} {', '.join(functions)}, and not by {name}.")
    return _parse(name, functions[name])


def _output(name: str, chip: str, gpio: Gpio) -> Pin:
    if not _PIN.fullmatch(name) or name[1] not in gpio.ports:
        raise ConfigError(
            f"{chip} has no pin '{name}' for the trigger; it is P, a port of {gpio.ports}, and 0 to 15."
        )
    if name in _DEBUG_PINS:
        raise ConfigError(f"{name} is a pin of the debug probe; take another for the trigger.")
    return _parse(name)


def _parse(name: str, function: int = 0) -> Pin:
    found = _PIN.fullmatch(name)
    assert found is not None  # noqa: S101  # checked, or of our own files
    return Pin(found[1], int(found[2]), function)


def _index(pin: Pin) -> int:
    return ord(pin.port) - ord("A")
