"""Joulescope through the maker's driver; topics as in its `record` command."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from hilbench.deadline import Clock, Deadline
from hilbench.errors import PowerError
from hilbench.extras import require
from hilbench.power.instruments.joulescope import JoulescopeConfig
from hilbench.power.instruments.joulescope.stream import Signal, trace_of
from hilbench.power.trace import PowerTrace

_ANSWER_S = 3.0
_LOOK_S = 0.05
_MOST_A = 11.0
"""Current that no Joulescope measures, A."""
_OPEN = {
    "js110": {"s/i/range/select": "auto", "s/v/range/select": "15 V"},
    "js220": {"s/i/range/mode": "auto", "s/v/range/mode": "auto"},
}
"""Settings by model."""


class Joulescope:
    """One Joulescope.

    Attributes:
        identity: model and serial number.
        serial_number: as its path has it.
        rate: samples a second.

    Raises:
        PowerError: there is none, several, or it refuses a setting.
        ExtraMissing: the driver is not installed.
    """

    def __init__(self, config: JoulescopeConfig, port: str, clock: Clock = time.monotonic) -> None:
        require("pyjoulescope_driver")
        from pyjoulescope_driver import Driver

        self.name = "Joulescope"
        self.rate = float(config.rate_hz)
        self._clock = clock
        self._changed = threading.Condition()
        self._failure: str | None = None
        self._capturing = self._closed = False
        self._streams = {"i": "s/i", "v": "s/v", "trigger": f"s/gpi/{config.trigger_input}"}
        self._signals: dict[str, Signal] = {}
        self._listeners: dict[str, Callable[[str, object], None]] = {}
        self._driver: Any = self._calling("start its driver", Driver)
        try:
            self._path = self._find(port)
            self.name = f"Joulescope {self._path}"
            model, self.serial_number = self._path.split("/")[-2:]
            self.identity = f"Joulescope {model.upper()} {self.serial_number}"
            self._calling("open it", self._driver.open, self._path, mode="defaults")
            for topic, value in {**_OPEN.get(model, {}), "h/fs": config.rate_hz}.items():
                self._publish(topic, value)
            self._calling("watch it", self._driver.subscribe, "@/!remove", "pub", self._on_removal)
        except BaseException:
            self.close()
            raise

    def power(self, *, on: bool) -> None:
        """Leave the supply as it is: the instrument only watches."""

    def start(self) -> None:
        """Begin to stream; returns when all signals arrive, so that nothing after it is missed."""
        self._end()
        self._signals = {signal: Signal() for signal in self._streams}
        self._capturing = True
        for signal, topic in self._streams.items():
            listener = self._listener(signal)
            self._listeners[signal] = listener
            self._calling("stream", self._driver.subscribe, f"{self._path}/{topic}/!data", "pub", listener)
            self._publish(f"{topic}/ctrl", 1)
        deadline = Deadline.after(_ANSWER_S, clock=self._clock)
        if not self._wait(lambda: all(signal.pieces for signal in self._signals.values()), deadline):
            silent = ", ".join(name for name, signal in self._signals.items() if not signal.pieces)
            raise PowerError(f"The {self.name} streams nothing ({silent}) within {_ANSWER_S:g} s.")

    def await_edges(self, count: int, tail_s: float, deadline: Deadline) -> None:
        """Wait until the stream holds `count` trigger edges and `tail_s` of samples after the last.

        Raises:
            PowerError: they did not come in time.
        """
        tail = tail_s * self.rate

        def reached() -> bool:
            trace = self._trace()
            return len(trace.edges) >= count and len(trace) >= trace.edges[-1].index + tail

        if not self._wait(reached, deadline):
            trace = self._trace()
            raise PowerError(
                f"The {self.name} did not see {count} trigger edges within {deadline.seconds:g} s "
                f"({len(trace)} samples, {len(trace.edges)} edges); check the trigger wire{deadline.advice}."
            )

    def stop(self) -> PowerTrace:
        """End streaming and hand over what came since `start`."""
        if not self._capturing:
            raise PowerError(f"The {self.name} was not capturing.")
        self._end()
        with self._changed:
            self._check()
            trace = self._trace()
        if len(trace) and np.abs(trace.current).max() > _MOST_A:
            raise PowerError(
                f"The {self.name} streams {np.abs(trace.current).max():g} as a current in amperes, more than "
                "it can measure."
            )
        return trace

    def close(self) -> None:
        """Stop streaming and let go of the instrument; safe to call twice."""
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(PowerError):
            self._end()
        with contextlib.suppress(Exception):  # an instrument that is gone closes with whatever error
            self._driver.close(self._path)
        with contextlib.suppress(Exception):
            self._driver.finalize()

    def _find(self, port: str) -> str:
        paths = [str(path) for path in self._calling("look for it", self._driver.device_paths)]
        found = [path for path in paths if path.lower().endswith(port.lower())]
        if len(found) != 1:
            seen = f"there are: {', '.join(paths)}" if paths else "none is attached"
            raise PowerError(
                f"No one Joulescope {port or 'to take'} ({seen}); set power.port to its serial number."
            )
        return found[0]

    def _end(self) -> None:
        if not self._capturing:
            return
        self._capturing = False
        for signal, topic in self._streams.items():
            if (listener := self._listeners.pop(signal, None)) is not None:
                with contextlib.suppress(PowerError):  # what was streamed is there, and its length is checked
                    self._publish(f"{topic}/ctrl", 0)
                    self._calling("stop", self._driver.unsubscribe, f"{self._path}/{topic}/!data", listener)

    def _listener(self, signal: str) -> Callable[[str, object], None]:
        def take(_topic: str, value: object) -> None:
            with self._changed:
                try:
                    self._signals[signal].take(value)
                except (ValueError, TypeError, KeyError, ZeroDivisionError) as error:
                    self._failure = f"what it streams is not understood: {error!r}"
                self._changed.notify_all()

        return take

    def _on_removal(self, topic: str, value: object) -> None:
        if value == self._path:
            with self._changed:
                self._failure = "it was unplugged"
                self._changed.notify_all()

    def _wait(self, reached: Callable[[], bool], deadline: Deadline) -> bool:
        with self._changed:
            while not reached():
                self._check()
                if deadline.expired:
                    return False
                self._changed.wait(min(_LOOK_S, deadline.wait_s))
            return True

    def _check(self) -> None:
        if self._failure is not None:
            raise PowerError(f"The {self.name} failed: {self._failure}.")

    def _trace(self) -> PowerTrace:
        if not self._signals:
            return PowerTrace(np.empty(0), np.empty(0), self.rate)
        current, voltage, trigger = self._signals.values()
        return trace_of(current, voltage, trigger, self.rate)

    def _publish(self, topic: str, value: object) -> None:
        self._calling(f"set {topic}", self._driver.publish, f"{self._path}/{topic}", value)

    def _calling(self, what: str, call: Callable[..., object], *arguments: object, **named: object) -> Any:  # noqa: ANN401
        try:
            return call(*arguments, **named)
        except Exception as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise PowerError(f"The {self.name} does not let hilbench {what}: {reason}.") from error
