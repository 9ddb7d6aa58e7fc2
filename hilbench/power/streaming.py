"""Base of meters that stream their samples over a serial port."""

from __future__ import annotations

from pathlib import Path
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from serial.tools import list_ports

from hilbench.deadline import Clock, Deadline
from hilbench.errors import PowerError
from hilbench.power.config import MeterConfig
from hilbench.power.instrument_port import InstrumentPort
from hilbench.power.trace import Edge, PowerTrace

_SILENCE_S = 2.0
"""A stopped instrument has sent its last byte by then."""


class Stream(Protocol):
    """One capture, collected from bytes as they come."""

    edges: list[Edge]
    gaps: list[int]
    """Sample indexes just before which samples were lost."""
    dropped: int
    """Samples known to be lost."""

    @property
    def count(self) -> int:
        """Samples collected."""

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""


StreamT = TypeVar("StreamT", bound=Stream)


class StreamingMeter(Generic[StreamT]):
    """A meter on a serial port: what it sends goes to the capture, or outside of one to `_text`.

    Args:
        instrument: what errors call it.
        config: what boards.yaml says of it.
        port: path of the port.
        baud: bits a second.
        clock: of the deadlines that are its own.

    Attributes:
        serial_number: as its USB descriptor states it; empty where the port is none of USB.

    Raises:
        PowerError: the port does not open.
    """

    rate: float
    """Samples a second."""

    def __init__(self, instrument: str, config: MeterConfig, port: str, baud: int, clock: Clock) -> None:
        self.serial_number = _usb_serial_number(port)
        self._config = config
        self._clock = clock
        self._text = bytearray()
        self._stream: StreamT | None = None
        self._port = InstrumentPort(instrument, port, baud, self._take)

    def await_edges(self, count: int, tail_s: float, deadline: Deadline) -> None:
        """Wait until the capture holds `count` trigger edges and `tail_s` of samples after the last.

        Raises:
            PowerError: they did not come in time.
        """
        stream = self._capturing
        tail = round(tail_s * self.rate)

        def reached() -> bool:
            return len(stream.edges) >= count and stream.count >= stream.edges[-1].index + tail

        if not self._port.wait_until(reached, deadline):
            raise PowerError(
                f"The {self._port.name} did not see {count} trigger edges within {deadline.seconds:g} s "
                f"({stream.count} samples, {len(stream.edges)} edges); check the trigger wire"
                f"{deadline.advice}."
            )

    def _within(self, seconds: float) -> Deadline:
        return Deadline.after(seconds, clock=self._clock)

    @property
    def _capturing(self) -> StreamT:
        if self._stream is None:
            raise PowerError(f"The {self._port.name} was not capturing.")
        return self._stream

    @property
    def _supply_v(self) -> float:
        return self._config.supply_mv / 1000

    def _trace(self, stream: StreamT, current: NDArray[np.float64]) -> PowerTrace:
        """A capture that has ended; `current` of its samples in A."""
        return PowerTrace(
            current=current,
            voltage=np.full(stream.count, self._supply_v),
            rate=self.rate,
            edges=tuple(stream.edges),
            dropped=stream.dropped,
            gaps=tuple(stream.gaps),
        )

    def _take(self, data: bytes) -> None:
        if self._stream is not None:
            self._stream.feed(data)
        else:
            self._text += data

    def _silence(self, stop: bytes, quiet_s: float) -> None:
        """Stop what an earlier user left running and discard its rest, until nothing came for `quiet_s`."""
        self._port.write(stop)
        deadline = self._within(_SILENCE_S)
        still_talking = True
        while still_talking and not deadline.expired:
            with self._port.changed:
                self._text.clear()
            still_talking = self._port.wait_until(lambda: bool(self._text), Deadline.after(quiet_s))


def _usb_serial_number(port: str) -> str:
    device = str(Path(port).resolve())
    numbers = (known.serial_number for known in list_ports.comports() if known.device == device)
    return next(numbers, None) or ""
