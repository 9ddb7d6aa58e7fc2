"""The commands of an X-NUCLEO-LPM01A that set or tell something (ST UM2269, section 8)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from hilbench.virtual.meters import lpm01a_format as wire
from hilbench.virtual.meters.lpm01a_arguments import (
    Rejected,
    check_display,
    number,
    number_or_zero,
    number_within,
    one_of,
)

_RATES = frozenset(
    digit * 10**power for power in range(5) for digit in (1, 2, 5) if digit * 10**power <= 50_000
) | {100_000}
_SUPPLY_V = (1.8, 3.3)
_THRESHOLD_A = (100e-9, 50e-3)
_TARGET_RESET_S = (10e-3, 1.0)
_TRIGGER_DELAY_S = (0.0, 30.0)
_DYNAMIC_RANGE_A, _STATIC_RANGE_A = (100e-9, 50e-3), (2e-9, 200e-3)
_BOARD_CELSIUS = 28.0
_WITHOUT_CONTROL = frozenset({"help", "echo", "powershield", "version", "range", "status", "psrst", "htc"})


@dataclass
class Settings:
    """Settings that the host has chosen; the defaults are those after power-on."""

    controlled: bool = False
    rate: float = 100.0
    supply: float = 3.3
    seconds: float = 10.0
    """Length of an acquisition; infinite until `stop`."""
    static: bool = False
    """An acquisition gives one sample, the mean of all."""
    triggered: bool = False
    """An acquisition begins at the next edge on D7."""
    binary: bool = False
    energy: bool = False
    """Samples in J instead of A."""
    events: bool = False
    """Falling edges on D7 go into the stream."""
    powers_up: bool = True
    """The target gets power when an acquisition starts."""
    stays_up: bool = True
    """The target keeps power when the acquisition has ended."""


class CommandSet:
    """Carries out every command but `echo`, `start` and `stop`.

    Args:
        switch: what to do when the host feeds the board or cuts its power.
        feed: what to do when the host sets the supply voltage, V.
    """

    def __init__(self, switch: Callable[[bool], None], feed: Callable[[float], None]) -> None:
        self.settings = Settings()
        self._powered = True
        self._switch = switch
        self._feed = feed
        self._handlers: dict[str, Callable[[str], str | None]] = {
            "help": lambda _: None,
            "powershield": lambda _: ": PowerShield present",
            "version": lambda _: ": 1.0.6",
            "range": self._range,
            "status": lambda _: ": ok",
            "psrst": self._reset,
            "htc": self._take_control,
            "hrc": self._release_control,
            "lcd": check_display,
            "volt": self._supply,
            "freq": self._rate,
            "acqtime": self._time,
            "acqmode": self._mode,
            "funcmode": lambda text: _checked(one_of(text, "optim", "high")),
            "output": self._output,
            "format": self._format,
            "trigsrc": self._trigger,
            "trigdelay": lambda text: _checked(number_within(text, *_TRIGGER_DELAY_S)),
            "currthres": lambda text: _checked(number_or_zero(text, *_THRESHOLD_A)),
            "eventsrc": self._events,
            "pwr": self._power,
            "pwrend": self._power_at_end,
            "targrst": self._reset_target,
            "temp": _temperature,
            "autotest": _autotest,
            "calib": lambda _: None,
        }

    def require_control(self, name: str) -> None:
        """Check that the host may give this command.

        Raises:
            Rejected: it needs `htc` first.
        """
        if name not in _WITHOUT_CONTROL and not self.settings.controlled:
            raise Rejected("Host control not taken")

    def obey(self, name: str, argument: str) -> str:
        """Carry a command out.

        Returns:
            What follows the command in the line of its acknowledgement: behind a colon where the
            instrument tells of itself, else behind a space.

        Raises:
            Rejected: there is no such command, or its argument is wrong.
        """
        if name not in self._handlers:
            raise Rejected("Unknown command")
        self.require_control(name)
        return self._handlers[name](argument) or ""

    def begin_acquisition(self) -> None:
        """Feed the target, unless the host switches it by hand."""
        if self.settings.powers_up:
            self._set_power(on=True)

    def end_acquisition(self) -> None:
        """Cut the target's supply, if `pwrend` says so."""
        if not self.settings.stays_up:
            self._set_power(on=False)

    def _set_power(self, *, on: bool) -> None:
        self._powered = on
        self._switch(on)

    def _range(self, _: str) -> str:
        lowest, highest = _STATIC_RANGE_A if self.settings.static else _DYNAMIC_RANGE_A
        return f": {wire.ascii_number(lowest)} {wire.ascii_number(highest)}"

    def _reset(self, _: str) -> None:
        self.settings = Settings()

    def _take_control(self, _: str) -> None:
        self.settings.controlled = True

    def _release_control(self, _: str) -> None:
        self.settings.controlled = False

    def _supply(self, argument: str) -> str | None:
        if argument == "get":
            return f" {wire.ascii_number(self.settings.supply)}"
        self.settings.supply = number_within(argument, *_SUPPLY_V)
        self._feed(self.settings.supply)
        return None

    def _rate(self, argument: str) -> None:
        rate = number(argument)
        if rate not in _RATES:
            raise Rejected("Sampling frequency not available")
        self.settings.rate = rate

    def _time(self, argument: str) -> None:
        self.settings.seconds = math.inf if argument == "inf" else number(argument) or math.inf

    def _mode(self, argument: str) -> None:
        self.settings.static = one_of(argument, "dyn", "stat") == "stat"

    def _output(self, argument: str) -> None:
        self.settings.energy = one_of(argument, "current", "energy") == "energy"

    def _format(self, argument: str) -> None:
        self.settings.binary = one_of(argument, "ascii_dec", "bin_hexa") == "bin_hexa"

    def _trigger(self, argument: str) -> None:
        self.settings.triggered = one_of(argument, "sw", "d7") == "d7"

    def _events(self, argument: str) -> None:
        self.settings.events = one_of(argument, "d7 fal", "d7", "none") != "none"

    def _power(self, argument: str) -> str | None:
        state = one_of(argument.removesuffix("status").removesuffix("no"), "auto", "on", "off", "get")
        if state == "get":
            return " on" if self._powered else " off"
        self.settings.powers_up = state == "auto"
        if state != "auto":
            self._set_power(on=state == "on")
        return None

    def _power_at_end(self, argument: str) -> None:
        self.settings.stays_up = one_of(argument, "on", "off") == "on"

    def _reset_target(self, argument: str) -> None:
        """Cut the supply and give it back at once, however long it should be away; 0 leaves it cut."""
        seconds = number_or_zero(argument, *_TARGET_RESET_S)
        self._set_power(on=False)
        if seconds:
            self._set_power(on=True)


def _checked(_: object) -> None:
    """No answer, and no more to do than to look whether the argument is right."""


def _temperature(argument: str) -> str:
    in_fahrenheit = one_of(argument or "degc", "degc", "degf") == "degf"
    return f" {_BOARD_CELSIUS * 9 / 5 + 32 if in_fahrenheit else _BOARD_CELSIUS:.1f}"


def _autotest(argument: str) -> str:
    details = ("", " stat_all", " stat_min")
    one_of(argument or "start", *(what + detail for what in ("start", "status") for detail in details))
    return ": ok"
