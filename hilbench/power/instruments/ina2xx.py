"""TI INA2xx current monitors of a Linux board, through the kernel's hwmon files."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Literal

from pydantic import Field

from hilbench.deadline import Clock
from hilbench.errors import PowerError
from hilbench.power.config import MeterConfig, SupplyMode
from hilbench.power.polled import SYNCHRONIZATION, PolledMeter

_MILLI = 1e-3
_MICRO = 1e-6
_FACTOR = 3.0
"""Ratio of power to current times voltage beyond which one of them is in another unit."""
_LEAST_W = 0.05
"""Power below which the coarse steps of the registers hide that ratio, W."""


class Ina2xxConfig(MeterConfig):
    """Part of boards.yaml about an INA2xx; its port is the folder of its hwmon files, or a glob of it."""

    meter: Literal["ina2xx"] = "ina2xx"
    mode: Literal[SupplyMode.AMPERE] = SupplyMode.AMPERE
    rate_hz: float = Field(default=200.0, gt=0, le=1000)
    """Readings a second; the chip's own averaging must be shorter (`update_interval`)."""

    def open(self, port: str, clock: Clock = time.monotonic) -> Ina2xx:
        """Open the monitor whose files are in the folder `port`."""
        return Ina2xx(self, Path(port), clock)


class Ina2xx(PolledMeter):
    """One monitor.

    Power is read in each sample: `power1_input` (microwatts), or where the driver has none `curr1_input`
    (milliamperes) times `in1_input` (millivolts). Source: Linux, Documentation/hwmon/ina2xx.rst.

    Raises:
        PowerError: the folder is no INA2xx's, or its files contradict one another.
    """

    serial_number = ""

    def __init__(self, config: Ina2xxConfig, folder: Path, clock: Clock = time.monotonic) -> None:
        super().__init__(f"INA2xx at {folder}", config.rate_hz, clock)
        self._folder = folder
        kind = self._text("name")
        if not kind.startswith("ina2"):
            raise PowerError(f"The {self.name} is '{kind}'; power.port must be the folder of an ina2xx.")
        self._has_power = (folder / "power1_input").exists()
        self._volts = self._supply_volts()
        self._check_units()
        self.identity = f"{kind.upper()} of hwmon, {SYNCHRONIZATION}"
        self.check_rate()

    def power(self, *, on: bool) -> None:
        """Leave the supply as it is: the chip only watches."""

    def start(self) -> None:
        """Begin to read; the voltage is read once."""
        self._volts = self._supply_volts()
        super().start()

    def close(self) -> None:
        """End reading; safe to call twice."""
        self._end()

    def _read(self) -> tuple[float, float]:
        if self._has_power:
            return self._number("power1_input") * _MICRO / self._volts, self._volts
        return self._number("curr1_input") * _MILLI, self._volts

    def _supply_volts(self) -> float:
        volts = self._number("in1_input") * _MILLI
        if not 0.5 <= volts <= 60:
            raise PowerError(f"The {self.name} sees {volts:g} V in in1_input; is the board's supply on?")
        return volts

    def _check_units(self) -> None:
        if not (self._has_power and (self._folder / "curr1_input").exists()):
            return
        watts = self._number("power1_input") * _MICRO
        product = self._number("curr1_input") * _MILLI * self._volts
        if min(watts, product) <= 0 or max(watts, product) < _LEAST_W:
            return
        if not 1 / _FACTOR < watts / product < _FACTOR:
            raise PowerError(
                f"The {self.name} says {watts:g} W in power1_input and {product:g} W by curr1_input and "
                "in1_input: the value of its shunt (shunt_resistor), or a unit, is wrong."
            )

    def _number(self, name: str) -> float:
        """A file's number; NaN where it says so."""
        text = self._text(name)
        try:
            value = float(text)
        except ValueError:
            raise PowerError(f"The {self.name} has '{text[:60]}' in {name}, which is no number.") from None
        return value if math.isfinite(value) else math.nan

    def _text(self, name: str) -> str:
        try:
            return (self._folder / name).read_text(encoding="ascii", errors="replace").strip()
        except OSError as error:
            raise PowerError(f"The {self.name} does not let {name} be read: {error.strerror}.") from error
