"""ST X-NUCLEO-LPM01A, as its USB serial port shows it (ST UM2269).

Unlike the instrument it does not trip at 50 mA, and no time passes between `targrst` and the return of power.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from hilbench.virtual.meters import lpm01a_format as wire
from hilbench.virtual.meters.lpm01a_acquisition import Acquisition
from hilbench.virtual.meters.lpm01a_arguments import Rejected
from hilbench.virtual.meters.lpm01a_commands import CommandSet
from hilbench.virtual.meters.supply import Samples

_FASTEST_ASCII = 10_000


class Lpm01a:
    """An LPM01A whose D7 is wired to the board's trigger pin.

    Args:
        random: source of its noise, so that a seed makes a run repeat.
        switch: what to do when the host feeds the board or cuts its power.
        feed: what to do when the host sets the voltage, in V, that the instrument feeds the board with.
    """

    def __init__(
        self,
        random: np.random.Generator,
        switch: Callable[[bool], None],
        feed: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._random = random
        self._commands = CommandSet(switch, feed)
        self._line = ""
        self._acquisition: Acquisition | None = None

    @property
    def rate(self) -> float:
        """Samples a second, as the host chose."""
        return self._commands.settings.rate

    @property
    def streaming(self) -> bool:
        """Whether an acquisition goes on, or waits for its trigger."""
        return self._acquisition is not None

    def receive(self, data: bytes) -> bytes:
        """Obey whole lines; what is left waits for its end."""
        *lines, self._line = re.split(r"[\r\n]+", self._line + data.decode("ascii", "replace"))
        return b"".join(self._answer(line) for line in lines if line.strip())

    def encode(self, samples: Samples) -> bytes:
        """Encode samples as the acquisition sends them, and its end when it has all."""
        if self._acquisition is None:
            return b""
        out = self._acquisition.encode(samples)
        return out + self._finish() if not self._acquisition.left else out

    def skip(self, count: int) -> None:
        """Count lost samples; the time stamps run on."""
        if self._acquisition is not None:
            self._acquisition.skip(count)

    def _answer(self, line: str) -> bytes:
        """The instrument's answer, which repeats the line as it was sent."""
        name, _, argument = line.strip().partition(" ")
        if name == "stop":
            return self._finish()
        if name == "echo":
            return wire.echo(line)
        try:
            beside = self._start() if name == "start" else self._commands.obey(name, argument.strip())
        except Rejected as rejected:
            return wire.refusal(line, str(rejected))
        return wire.acknowledgement(line + beside)

    def _start(self) -> str:
        self._commands.require_control("start")
        if not self._commands.settings.binary and self.rate > _FASTEST_ASCII:
            raise Rejected("Sampling frequency too high for ascii_dec")
        self._commands.begin_acquisition()
        self._acquisition = Acquisition(self._commands.settings, self._random)
        return ""

    def _finish(self) -> bytes:
        if self._acquisition is None:
            return b""
        end, self._acquisition = self._acquisition.end(), None
        self._commands.end_acquisition()
        return end
