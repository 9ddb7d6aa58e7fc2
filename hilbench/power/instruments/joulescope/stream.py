"""Streams of a Joulescope: samples put in their places by their numbers, losses found."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hilbench.power.trace import Edge, PowerTrace

Values = NDArray[np.float64]


class Signal:
    """Values of one signal, put in their places by the numbers of their samples."""

    def __init__(self) -> None:
        self.pieces: list[tuple[int, Values]] = []

    def take(self, message: object) -> None:
        """Take a message of the driver's stream.

        Raises:
            TypeError, KeyError, ValueError, ZeroDivisionError: it is none.
        """
        if not isinstance(message, dict) or not isinstance(message.get("data"), np.ndarray):
            raise TypeError("no samples")
        data = message["data"]
        values = np.unpackbits(data, bitorder="little") if data.dtype == np.uint8 else data
        self.pieces.append(
            (int(message["sample_id"]) // int(message["decimate_factor"]), values.astype(float))
        )

    @property
    def start(self) -> int:
        """Number of the first sample."""
        return self.pieces[0][0]

    @property
    def stop(self) -> int:
        """Number behind the last sample."""
        number, values = self.pieces[-1]
        return number + len(values)

    def between(self, start: int, stop: int) -> Values:
        """Samples of these numbers; NaN where one is missing."""
        whole = np.full(self.stop - self.start, np.nan)
        for number, values in self.pieces:
            at = number - self.start
            whole[at : at + len(values)] = values[: len(whole) - at]
        return whole[start - self.start : stop - self.start]


def trace_of(current: Signal, voltage: Signal, trigger: Signal, rate: float) -> PowerTrace:
    """Trace of the samples that all three have, at `rate` samples a second; one that is missing is a gap."""
    signals = (current, voltage, trigger)
    if not all(signal.pieces for signal in signals):
        return PowerTrace(np.empty(0), np.empty(0), rate)
    start, stop = max(each.start for each in signals), min(each.stop for each in signals)
    amperes, volts, level = (each.between(start, max(start, stop)) for each in signals)
    lost = ~(np.isfinite(amperes) & np.isfinite(volts) & np.isfinite(level))
    high = np.where(np.isfinite(level), level, 1) > 0.5
    changes = np.flatnonzero(np.diff(high)) + 1
    return PowerTrace(
        np.nan_to_num(amperes),
        np.nan_to_num(volts),
        rate,
        edges=tuple(Edge(int(at), rising=bool(high[at])) for at in changes),
        dropped=int(lost.sum()),
        gaps=tuple((np.flatnonzero(lost) + 1).tolist()),
    )
