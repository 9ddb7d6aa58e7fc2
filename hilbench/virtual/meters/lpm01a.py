"""ST X-NUCLEO-LPM01A, as its USB serial port shows it (ST UM2269).

Dynamic acquisition, started by software. Unlike the instrument it does not trip at 50 mA.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hilbench.virtual.meters import lpm01a_format as wire
from hilbench.virtual.meters.lpm01a_commands import CommandSet, Rejected
from hilbench.virtual.meters.supply import Samples

_PROMPT = "PowerShield > "
_FASTEST_ASCII = 10_000
_SAMPLES_A_STAMP = 1000
_WHITE_NOISE = 0.002
"""Standard deviation of a sample, as a share of its current."""


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
        self.streaming = False
        self._random = random
        self._commands = CommandSet(switch, feed)
        self._line = ""
        self._sampled = self._lost = self._events = 0
        self._level = True

    @property
    def rate(self) -> float:
        """Samples a second, as the host chose."""
        return self._commands.settings.rate

    def receive(self, data: bytes) -> bytes:
        """Obey whole lines; what is left waits for its end."""
        *lines, self._line = re.split(r"[\r\n]+", self._line + data.decode("ascii", "replace"))
        return b"".join(self._answer(" ".join(line.split())) for line in lines if line.strip())

    def encode(self, samples: Samples) -> bytes:
        """Samples in the chosen format, with the time stamps and events that fall between them."""
        values = self._values(samples)[: self._left()]
        out = bytearray()
        position = 0
        while position < len(values):
            until_stamp = _SAMPLES_A_STAMP - self._sampled % _SAMPLES_A_STAMP
            part = slice(position, min(position + until_stamp, len(values)))
            out += self._encode_part(values[part], samples.trigger[part])
            self._sampled += part.stop - part.start
            position = part.stop
            if self._sampled % _SAMPLES_A_STAMP == 0:
                out += self._stamp()
        if self._left() == 0:
            out += self._finish()
        return bytes(out)

    def skip(self, count: int) -> None:
        """Count lost samples; the time stamps run on."""
        self._sampled += count
        self._lost += count

    def _answer(self, line: str) -> bytes:
        name, _, argument = line.partition(" ")
        if name == "stop":
            return self._finish() if self.streaming else b""
        try:
            if name == "start":
                self._start()
                detail = None
            else:
                detail = self._commands.obey(name, argument)
        except Rejected as rejected:
            return f"\r\n{_PROMPT}error {line}\r\nError detail: {rejected}\r\n\r\n".encode()
        answer = f"{detail}\r\n" if detail else ""
        return f"\r\n{_PROMPT}ack {line}\r\n{answer}\r\n".encode()

    def _start(self) -> None:
        self._commands.require_control("start")
        if not self._commands.settings.binary and self.rate > _FASTEST_ASCII:
            raise Rejected("Sampling frequency too high for ascii_dec")
        self._sampled = self._lost = self._events = 0
        self._level = True
        self.streaming = True

    def _left(self) -> int | None:
        """Samples that the acquisition still has to bring; None when it ends by `stop` alone."""
        seconds = self._commands.settings.seconds
        return max(round(seconds * self.rate) - self._sampled, 0) if np.isfinite(seconds) else None

    def _values(self, samples: Samples) -> wire.FloatArray:
        settings = self._commands.settings
        noise = 1 + _WHITE_NOISE * self._random.standard_normal(len(samples))
        scale = settings.supply / settings.rate if settings.energy else 1.0
        return np.asarray(samples.current * noise * scale)

    def _encode_part(self, values: wire.FloatArray, trigger: NDArray[np.bool_]) -> bytes:
        if self._commands.settings.binary:
            return wire.binary_samples(values)
        out = bytearray()
        for value, level in zip(values, trigger, strict=True):
            if self._commands.settings.events and self._level and not level:
                out += wire.ascii_event(self._events)
                self._events += 1
            self._level = bool(level)
            out += wire.ascii_sample(float(value))
        return bytes(out)

    def _stamp(self) -> bytes:
        milliseconds = round(self._sampled / self.rate * 1000)
        if self._commands.settings.binary:
            return wire.binary_metadata(wire.TIME_STAMP, milliseconds.to_bytes(4, "big") + b"\0")
        return wire.ascii_time_stamp(milliseconds)

    def _finish(self) -> bytes:
        self.streaming = False
        end = wire.binary_metadata(wire.END, b"") if self._commands.settings.binary else b"end\r\n"
        summary = f"\r\nSummary: {self._sampled} samples, {self._lost} lost\r\n"
        return end + f"{summary}{_PROMPT}Acquisition completed\r\n".encode()
