"""One acquisition of an X-NUCLEO-LPM01A, from `start` to its end."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hilbench.virtual.meters import lpm01a_format as wire
from hilbench.virtual.meters.lpm01a_commands import Settings
from hilbench.virtual.meters.supply import Samples

_SAMPLES_A_STAMP = 1000
_WHITE_NOISE = 0.002
"""Standard deviation of a sample, as a share of its current."""
_LONGEST_STATIC_S = 1.0
"""A static acquisition without end takes its mean over this long."""


class Acquisition:
    """Turns samples into what the instrument sends.

    A static one sends their mean. Unlike the instrument it does not refuse a current that varies.

    Args:
        settings: what the host has chosen.
        random: source of the noise.
    """

    def __init__(self, settings: Settings, random: np.random.Generator) -> None:
        self._settings = settings
        self._random = random
        self._waiting = settings.triggered
        self._level: bool | None = None
        self._sampled = self._lost = self._events = 0
        self._sum = 0.0

    @property
    def left(self) -> float:
        """Samples that are still to come; infinite where `stop` alone ends it."""
        seconds = self._settings.seconds
        if self._settings.static:
            seconds = min(seconds, _LONGEST_STATIC_S)
        if math.isinf(seconds):
            return seconds
        return max(max(round(seconds * self._settings.rate), 1) - self._sampled, 0)

    def encode(self, samples: Samples) -> bytes:
        """Samples in the chosen format, with the time stamps and events that fall between them."""
        first = self._samples_before_the_trigger(samples.trigger)
        last = int(min(first + self.left, len(samples)))
        values, levels = self._values(samples)[first:last], samples.trigger[first:last]
        if self._settings.static:
            return self._add_to_mean(values)
        out = bytearray()
        while len(values):
            if self._sampled % _SAMPLES_A_STAMP == 0:
                out += self._stamp()
            part = slice(_SAMPLES_A_STAMP - self._sampled % _SAMPLES_A_STAMP)
            out += self._encode_part(values[part], levels[part])
            self._sampled += len(values[part])
            values, levels = values[part.stop :], levels[part.stop :]
        return bytes(out)

    def skip(self, count: int) -> None:
        """Count lost samples; the time stamps run on."""
        if not self._waiting:
            self._sampled += count
            self._lost += count

    def end(self) -> bytes:
        """Bytes that close the stream."""
        end = wire.binary_metadata(wire.END, b"") if self._settings.binary else b"end\r\n"
        return end + wire.summary(self._sampled, self._lost)

    def _samples_before_the_trigger(self, levels: NDArray[np.bool_]) -> int:
        """Number of samples that pass before the acquisition begins, which is at either edge on D7."""
        if not self._waiting or not len(levels):
            return 0
        edges = np.flatnonzero(np.diff(levels, prepend=levels[0] if self._level is None else self._level))
        self._waiting = not len(edges)
        first = int(edges[0]) if len(edges) else len(levels)
        self._level = bool(levels[min(first, len(levels) - 1)])
        return first

    def _values(self, samples: Samples) -> wire.FloatArray:
        noise = 1 + _WHITE_NOISE * self._random.standard_normal(len(samples))
        scale = self._settings.supply / self._settings.rate if self._settings.energy else 1.0
        return np.asarray(samples.current * noise * scale)

    def _add_to_mean(self, values: wire.FloatArray) -> bytes:
        self._sampled += len(values)
        self._sum += float(values.sum())
        if self.left or not len(values):
            return b""
        mean = np.array([self._sum / (self._sampled - self._lost)])
        return self._encode_part(mean, np.ones(1, np.bool_))

    def _encode_part(self, values: wire.FloatArray, levels: NDArray[np.bool_]) -> bytes:
        if self._settings.binary:
            return wire.binary_samples(values)
        out = bytearray()
        for value, level in zip(values, levels, strict=True):
            if self._settings.events and self._level and not level:
                out += wire.ascii_event(self._events)
                self._events += 1
            self._level = bool(level)
            out += wire.ascii_sample(float(value))
        return bytes(out)

    def _stamp(self) -> bytes:
        milliseconds = round(self._sampled / self._settings.rate * 1000)
        if self._settings.binary:
            return wire.binary_metadata(wire.TIME_STAMP, milliseconds.to_bytes(4, "big") + b"\0")
        return wire.ascii_time_stamp(milliseconds)
