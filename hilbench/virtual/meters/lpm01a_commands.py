"""The commands of an X-NUCLEO-LPM01A that set something (ST UM2269, section 8)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

_RATES = frozenset(
    digit * 10**power for power in range(5) for digit in (1, 2, 5) if digit * 10**power <= 50_000
) | {100_000}
_EXPONENTS = {"": 0, "k": 3, "m": -3, "u": -6}
_SUPPLY_LIMITS = (1.8, 3.3)
_WITHOUT_CONTROL = frozenset({"help", "powershield", "version", "status", "psrst", "htc"})


class Rejected(Exception):
    """A command that the instrument answers with `error`; the message is its detail."""


@dataclass
class Settings:
    """What the host has chosen; the defaults are those after power-on."""

    controlled: bool = False
    rate: float = 100.0
    supply: float = 3.3
    seconds: float = 10.0
    """Length of an acquisition; infinite until `stop`."""
    binary: bool = False
    energy: bool = False
    """Samples in J instead of A."""
    events: bool = False
    """Falling edges on D7 go into the stream."""


class CommandSet:
    """Carries out every command but `start` and `stop`.

    Args:
        switch: what to do when the host feeds the board or cuts its power.
        feed: what to do when the host sets the supply voltage, V.
    """

    def __init__(self, switch: Callable[[bool], None], feed: Callable[[float], None]) -> None:
        self.settings = Settings()
        self._switch = switch
        self._feed = feed
        self._handlers: dict[str, Callable[[str], str | None]] = {
            "powershield": lambda _: "PowerShield present",
            "version": lambda _: "1.0.6",
            "status": lambda _: "ok",
            "psrst": self._reset,
            "htc": self._take_control,
            "hrc": self._release_control,
            "volt": self._supply,
            "freq": self._rate,
            "acqtime": self._time,
            "acqmode": lambda text: _one_of(text, "dyn") and None,
            "funcmode": lambda text: _one_of(text, "optim", "high") and None,
            "output": self._output,
            "format": self._format,
            "trigsrc": lambda text: _one_of(text, "sw") and None,
            "eventsrc": self._events,
            "pwr": self._power,
            **dict.fromkeys(("help", "trigdelay", "targrst", "calib", "lcd"), lambda _: None),
        }

    def require_control(self, name: str) -> None:
        """Check that the host may give this command.

        Raises:
            Rejected: it needs `htc` first.
        """
        if name not in _WITHOUT_CONTROL and not self.settings.controlled:
            raise Rejected("Host control not taken")

    def obey(self, name: str, argument: str) -> str | None:
        """Carry a command out; what it answers beside its acknowledgement.

        Raises:
            Rejected: there is no such command, or its argument is wrong.
        """
        if name not in self._handlers:
            raise Rejected("Unknown command")
        self.require_control(name)
        return self._handlers[name](argument)

    def _reset(self, _: str) -> None:
        self.settings = Settings()

    def _take_control(self, _: str) -> None:
        self.settings.controlled = True

    def _release_control(self, _: str) -> None:
        self.settings.controlled = False

    def _supply(self, argument: str) -> str | None:
        if argument == "get":
            return f"{self.settings.supply * 1000:.0f}m"
        supply = _number(argument)
        if not _SUPPLY_LIMITS[0] <= supply <= _SUPPLY_LIMITS[1]:
            raise Rejected("Voltage not in 1800m..3300m")
        self.settings.supply = supply
        self._feed(supply)
        return None

    def _rate(self, argument: str) -> None:
        rate = _number(argument)
        if rate not in _RATES:
            raise Rejected("Sampling frequency not available")
        self.settings.rate = rate

    def _time(self, argument: str) -> None:
        self.settings.seconds = math.inf if argument == "inf" else _number(argument)

    def _output(self, argument: str) -> None:
        self.settings.energy = _one_of(argument, "current", "energy") == "energy"

    def _format(self, argument: str) -> None:
        self.settings.binary = _one_of(argument, "ascii_dec", "bin_hexa") == "bin_hexa"

    def _events(self, argument: str) -> None:
        self.settings.events = _one_of(argument, "d7 fal", "d7", "none") != "none"

    def _power(self, argument: str) -> None:
        state = _one_of(argument.removesuffix("nostatus").strip(), "on", "off", "get")
        if state != "get":
            self._switch(state == "on")


def _number(text: str) -> float:
    """A number as the instrument takes it: `3300m`, `100k`, `2-3` for 2e-3."""
    match = re.fullmatch(r"(\d+)(?:([kmu])|-(\d+))?", text)
    if match is None:
        raise Rejected("Not a number")
    mantissa, unit, exponent = match.groups()
    return float(f"{mantissa}e{-int(exponent) if exponent else _EXPONENTS[unit or '']}")


def _one_of(text: str, *allowed: str) -> str:
    if text not in allowed:
        raise Rejected(f"Expected {' or '.join(allowed)}")
    return text
