"""Supplies and source meters that speak SCPI, through VISA."""

from __future__ import annotations

import contextlib
import math
import time
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from hilbench.deadline import Clock
from hilbench.errors import PowerError
from hilbench.extras import require
from hilbench.files import StrictModel
from hilbench.power.config import MeterConfig, SupplyMode
from hilbench.power.polled import SYNCHRONIZATION, PolledMeter

if TYPE_CHECKING:
    from pyvisa.resources import MessageBasedResource

_NO_NUMBER = 9.9e37
"""SCPI-1999 vol. 1, 7.2.1.4: 9.9E37 is infinity and 9.91E37 not a number."""
_OVER = 1.1
"""Ratio of a reading to the limit of current beyond which it is in another unit."""
_VOLTAGE_TOLERANCE = 0.1
_PLACEHOLDERS: dict[str, tuple[str, object]] = {
    "channel": ("channel", 1),
    "set_voltage": ("volts", 3.3),
    "set_current_limit": ("amperes", 1.0),
    "output": ("state", "ON"),
}
"""Placeholder that a line may have, and a value for it."""


class ScpiCommands(StrictModel):
    """Lines that are sent; the defaults are those of most supplies. Null sends none."""

    setup: tuple[str, ...] = ()
    """Lines sent first, such as `SENS:CURR:NPLC 0.1`."""
    channel: str = "INST:NSEL {channel}"
    set_voltage: str | None = "VOLT {volts:g}"
    set_current_limit: str | None = "CURR {amperes:g}"
    output: str | None = "OUTP {state}"
    """With `{state}`, which becomes ON or OFF."""
    current: str = "MEAS:CURR?"
    """Query of the current in A."""
    field: int = Field(default=0, ge=0, le=99)
    """Place of the current in an answer of several numbers, from 0."""
    voltage: str | None = "MEAS:VOLT?"
    """Query of the voltage in V, asked once a capture; null takes supply_mv."""
    errors: str | None = "SYST:ERR?"
    """Query of the queue of errors, asked when all is set."""

    @model_validator(mode="after")
    def _has_known_placeholders(self) -> ScpiCommands:
        for name, (placeholder, value) in _PLACEHOLDERS.items():
            line = getattr(self, name)
            try:
                if line is not None:
                    line.format(**{placeholder: value})
            except (LookupError, ValueError, AttributeError, TypeError):
                raise ValueError(
                    f"'{name}' is {line!r}; its only placeholder is {{{placeholder}}}, and a brace is doubled"
                ) from None
        return self


class ScpiConfig(MeterConfig):
    """Part of boards.yaml about a supply or source meter; its port is a VISA resource name."""

    port_is_path: ClassVar[bool] = False

    meter: Literal["scpi"] = "scpi"
    supply_mv: int = Field(default=3300, ge=0, le=60_000)
    mode: SupplyMode = SupplyMode.SOURCE
    channel: int | None = Field(default=None, ge=1, le=99)
    """Output of an instrument that has several."""
    rate_hz: float = Field(default=20.0, gt=0, le=10_000)
    """Readings a second; a window needs a thousand."""
    current_limit_ma: int = Field(default=1000, gt=0, le=100_000)
    """Limit that the supply is set to, and no reading may exceed."""
    timeout_s: float = Field(default=2.0, gt=0, le=60)
    """Longest wait for an answer."""
    baud: int | None = Field(default=None, gt=0)
    """Rate of a serial port; null leaves VISA's."""
    commands: ScpiCommands = ScpiCommands()
    visa_library: str = "@py"
    """Library of VISA, as PyVISA names it."""

    @property
    def supplies_board(self) -> bool:
        """Whether it is in source mode."""
        return self.mode is SupplyMode.SOURCE

    def open(self, port: str, clock: Clock = time.monotonic) -> Scpi:
        """Open the instrument with the resource name `port`."""
        return Scpi(self, port, clock)


class Scpi(PolledMeter):
    """One instrument.

    Attributes:
        identity: what it answers to `*IDN?`, and how its windows come about.
        serial_number: third part of that answer.

    Raises:
        PowerError: it does not open, answer, or accept a setting.
        ExtraMissing: PyVISA is not installed.
    """

    def __init__(self, config: ScpiConfig, port: str, clock: Clock = time.monotonic) -> None:
        super().__init__(f"SCPI instrument at {port}", config.rate_hz, clock)
        self._config = config
        self._volts = config.supply_mv / 1000
        self._closed = False
        self._resource = self._open(port)
        try:
            said = [part.strip() for part in self._ask("*IDN?").split(",")]
            self.identity = f"{' '.join(part for part in said if part)}, {SYNCHRONIZATION}"
            self.serial_number = said[2] if len(said) > 2 else ""
            self._set_up()
            self.check_rate()
        except BaseException:
            self.close()
            raise

    def power(self, *, on: bool) -> None:
        """Switch the output, in source mode."""
        if self._config.supplies_board and self._config.commands.output is not None:
            self._tell(self._config.commands.output.format(state="ON" if on else "OFF"))

    def start(self) -> None:
        """Begin to read; the voltage is asked for once."""
        if self._config.commands.voltage is not None:
            self._volts = self._number(self._config.commands.voltage, 0)
            stated = self._config.supply_mv / 1000
            if not abs(self._volts - stated) <= _VOLTAGE_TOLERANCE * stated:
                raise PowerError(
                    f"The {self.name} answers {self._volts:g} to '{self._config.commands.voltage}', and "
                    f"power.supply_mv is {stated:g} V: is its output on, and does it answer in volts?"
                )
        super().start()

    def close(self) -> None:
        """Let go of the instrument; its output stays as it is."""
        if self._closed:
            return
        self._closed = True
        self._end()
        with contextlib.suppress(Exception):  # a connection that is gone closes with whatever error
            self._resource.close()

    def _open(self, port: str) -> MessageBasedResource:
        for package in ("pyvisa", "pyvisa_py") if self._config.visa_library == "@py" else ("pyvisa",):
            require(package)
        import pyvisa

        try:
            resource = pyvisa.ResourceManager(self._config.visa_library).open_resource(port)
        except Exception as error:
            raise PowerError(f"Cannot open the {self.name}: {_words(error)}.") from error
        if not isinstance(resource, pyvisa.resources.MessageBasedResource):
            raise PowerError(f"The {self.name} takes no text; power.port must name an instrument.")
        resource.timeout = self._config.timeout_s * 1000
        resource.read_termination = resource.write_termination = "\n"
        if self._config.baud is not None and isinstance(resource, pyvisa.resources.SerialInstrument):
            resource.baud_rate = self._config.baud
        return resource

    def _set_up(self) -> None:
        config, commands = self._config, self._config.commands
        for line in commands.setup:
            self._tell(line)
        if config.channel is not None:
            self._tell(commands.channel.format(channel=config.channel))
        if config.supplies_board:
            if commands.set_voltage is not None:
                self._tell(commands.set_voltage.format(volts=self._volts))
            if commands.set_current_limit is not None:
                self._tell(commands.set_current_limit.format(amperes=config.current_limit_ma / 1000))
        if commands.errors is not None:
            answer = self._ask(commands.errors)
            if _leading_number(answer) != 0:
                raise PowerError(f"The {self.name} refuses a setting: {answer}; see power.commands.")

    def _read(self) -> tuple[float, float]:
        commands = self._config.commands
        amperes = self._number(commands.current, commands.field)
        limit = self._config.current_limit_ma / 1000
        if amperes > _OVER * limit:
            raise PowerError(
                f"The {self.name} answers {amperes:g} to '{commands.current}', above power.current_limit_ma "
                f"({limit:g} A): it must answer in amperes."
            )
        return amperes, self._volts

    def _number(self, query: str, field: int) -> float:
        """A number of an answer; NaN where the instrument says that it has none."""
        answer = self._ask(query)
        parts = answer.split(",")
        try:
            value = float(parts[field])
        except (IndexError, ValueError):
            raise PowerError(
                f"The {self.name} answers '{answer[:60]}' to '{query}', where number {field + 1} should be a "
                "plain one; see power.commands."
            ) from None
        return value if abs(value) < _NO_NUMBER else math.nan

    def _ask(self, query: str) -> str:
        try:
            answer = self._resource.query(query).strip()
        except Exception as error:
            raise PowerError(f"The {self.name} does not answer '{query}': {_words(error)}.") from error
        if not answer:
            raise PowerError(f"The {self.name} does not answer '{query}'.")
        return answer

    def _tell(self, line: str) -> None:
        try:
            self._resource.write(line)
        except Exception as error:
            raise PowerError(f"The {self.name} does not take '{line}': {_words(error)}.") from error


def _leading_number(answer: str) -> float:
    try:
        return float(answer.split(",")[0])
    except ValueError:
        return math.nan


def _words(error: Exception) -> str:
    return (" ".join(str(error).split()) or type(error).__name__).rstrip(".")
