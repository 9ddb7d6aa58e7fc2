"""Base of meters that are asked for one reading after another, and have no input for a trigger."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from hilbench.deadline import Clock, Deadline
from hilbench.errors import PowerError
from hilbench.power.current_step import EDGE_SAMPLES, find_edges
from hilbench.power.trace import PowerTrace

SYNCHRONIZATION = "window found in its current"
"""Part of the identity of every such meter, so that rows say how its windows come about."""
_ANSWER_S = 5.0
_LOOK_S = 0.05
_TRIAL_READINGS = 5
_LATE = 3.0
"""Periods between two readings beyond which what lies between is lost."""
_ROUNDING = 1e-6

Reading = tuple[float, float, float]
"""Time in s, current in A, voltage in V; NaN where the instrument has no number."""


class PolledMeter(ABC):
    """A meter that a thread of its own reads at an even pace.

    Readings are put on a uniform grid by linear interpolation. A reading that is no number, and a pause of
    more than three periods, is a gap: a window over it is invalid.

    Args:
        name: what errors call it.
        rate_hz: readings a second.
        clock: of the deadlines that are its own.
    """

    identity: str
    serial_number: str

    def __init__(self, name: str, rate_hz: float, clock: Clock = time.monotonic) -> None:
        self.name = name
        self.rate = rate_hz
        self._clock = clock
        self._readings: list[Reading] = []
        self._failure: PowerError | None = None
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    @abstractmethod
    def _read(self) -> tuple[float, float]:
        """Ask for current in A and voltage in V, once; NaN where the instrument has no number.

        Raises:
            PowerError: it does not answer, or with something else.
        """

    def check_rate(self) -> None:
        """Refuse a rate that the instrument does not keep.

        Raises:
            PowerError: as said, or it does not answer.
        """
        began = time.monotonic()
        for _ in range(_TRIAL_READINGS):
            self._read()
        taken_s = (time.monotonic() - began) / _TRIAL_READINGS
        if taken_s * self.rate > 1:
            raise PowerError(
                f"The {self.name} takes {taken_s * 1e3:.1f} ms a reading; "
                f"set power.rate_hz to {0.8 / taken_s:.3g} or less in boards.yaml."
            )

    def start(self) -> None:
        """Begin to read; returns with the first reading, so that nothing after it is missed."""
        self._end()
        self._readings, self._failure = [], None
        self._ending.clear()
        self._thread = threading.Thread(target=self._poll, name=self.name, daemon=True)
        self._thread.start()
        deadline = Deadline.after(_ANSWER_S, clock=self._clock)
        while not self._readings:
            self._check()
            if deadline.expired:
                raise PowerError(f"The {self.name} gives no reading within {_ANSWER_S:g} s.")
            time.sleep(min(_LOOK_S, 1 / self.rate))

    def await_edges(self, count: int, tail_s: float, deadline: Deadline) -> None:
        """Wait until the readings hold `count` edges and `tail_s` behind the last.

        Raises:
            PowerError: they did not come in time, or the instrument failed.
        """
        if self._thread is None:
            raise PowerError(f"The {self.name} was not capturing.")
        while True:
            self._check()
            trace = self._trace()
            edges = trace.edges
            if len(edges) >= count and len(trace) >= edges[-1].index + tail_s * self.rate:
                return
            if deadline.expired:
                raise PowerError(
                    f"The {self.name} shows {len(edges)} of {count} edges within {deadline.seconds:g} s "
                    f"({len(trace)} samples): its current does not tell sleep from run; raise power.rate_hz, "
                    f"take a finer range, or wire a meter with a trigger input{deadline.advice}."
                )
            time.sleep(_LOOK_S)

    def stop(self) -> PowerTrace:
        """End reading and hand over what was read since `start`.

        Raises:
            PowerError: it was not reading, or the instrument failed on the way.
        """
        if self._thread is None:
            raise PowerError(f"The {self.name} was not capturing.")
        self._end()
        self._check()
        return self._trace()

    def _end(self) -> None:
        self._ending.set()
        if self._thread is not None:
            self._thread.join()
        self._thread = None

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _poll(self) -> None:
        due = time.monotonic()
        while not self._ending.is_set():
            began = time.monotonic()
            try:
                amperes, volts = self._read()
            except PowerError as error:
                self._failure = error
                return
            self._readings.append(((began + time.monotonic()) / 2, amperes, volts))
            due = max(due + 1 / self.rate, began)
            self._ending.wait(max(0.0, due - time.monotonic()))

    def _trace(self) -> PowerTrace:
        return trace_of_readings(list(self._readings), self.rate)


def trace_of_readings(readings: Sequence[Reading], rate: float) -> PowerTrace:
    """Readings on a uniform grid of `rate` Hz, with the window that their current shows.

    A reading without a number, and a pause of more than three periods, is a gap.
    """
    table = np.array(readings, float).reshape(-1, 3)
    known = np.isfinite(table).all(axis=1)
    if not known.any():
        return PowerTrace(np.empty(0), np.empty(0), rate)
    times, amperes, volts = table[known].T
    grid = times[0] + np.arange(int((times[-1] - times[0]) * rate + _ROUNDING) + 1) / rate
    current = np.interp(grid, times, amperes)
    pauses = np.diff(times)
    unknown = np.diff(np.flatnonzero(known)) - 1
    broken = (pauses * rate > _LATE) | (unknown > 0)
    behind = np.ceil((times[1:][broken] - times[0]) * rate - _ROUNDING).astype(int)
    return PowerTrace(
        current,
        np.interp(grid, times, volts),
        rate,
        edges=find_edges(current),
        dropped=int(np.maximum(np.round(pauses[broken] * rate) - 1, 1).sum()),
        gaps=tuple(behind.tolist()),
        edge_samples=EDGE_SAMPLES,
    )
