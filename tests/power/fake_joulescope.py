"""The face of `pyjoulescope_driver` that hilbench uses, with a JS220 that plays a current."""

from __future__ import annotations

from collections.abc import Callable
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.power.recorded import around_a_window, trigger

_FULL_RATE = 2_000_000
_PIECE = 200

Message = dict[str, Any]
Listener = Callable[[str, object], None]


class Driver:
    """Publishes the current as soon as all three signals are on."""

    paths: tuple[str, ...] = ("u/js220/000042",)
    silent: tuple[str, ...] = ()
    alter: Callable[[str, Message], Message | None] = staticmethod(lambda _topic, message: message)
    unplugged_behind: int | None = None
    last: Driver

    def __init__(self) -> None:
        Driver.last = self
        self.published: dict[str, object] = {}
        self.finalized = 0
        self._subscribed: dict[str, Callable[[str, object], None]] = {}

    def device_paths(self) -> list[str]:
        return list(self.paths)

    def open(self, path: str, mode: str | None = None, timeout: float | None = None) -> None:
        self.published[path] = mode

    def close(self, path: str, timeout: float | None = None) -> None:
        del self.published[path]

    def finalize(self, timeout: float | None = None) -> None:
        self.finalized += 1

    def subscribe(self, topic: str, flags: str, fn: Listener, timeout: float = 0) -> None:
        self._subscribed[topic] = fn

    def unsubscribe(self, topic: str, fn: Listener, timeout: float = 0) -> None:
        del self._subscribed[topic]

    def publish(self, topic: str, value: object, timeout: float | None = None) -> None:
        if value == 12_345:
            raise RuntimeError("jsdrv_publish failed 5")
        self.published[topic] = value
        on = [name for name in self.published if name.endswith("/ctrl") and self.published[name] == 1]
        if value == 1 and len(on) == 3:
            self._stream(self.paths[0], int(str(self.published[f"{self.paths[0]}/h/fs"])))

    def _stream(self, path: str, rate: int) -> None:
        current = around_a_window().astype(np.float32)
        factor = _FULL_RATE // rate
        for start in range(0, len(current), _PIECE):
            if start == self.unplugged_behind:
                self._subscribed["@/!remove"]("@/!remove", path)
                return
            piece = slice(start, start + _PIECE)
            bits = np.packbits(trigger()[piece], bitorder="little")
            data: dict[str, Any] = {
                "s/i": current[piece],
                "s/v": np.full(len(current[piece]), 3.3, np.float32),
                "s/gpi/0": bits,
            }
            for topic, values in data.items():
                message: Message | None = {
                    "sample_id": (1000 + start) * factor,
                    "sample_rate": _FULL_RATE,
                    "decimate_factor": factor,
                    "data": values.copy(),
                }
                message = self.alter(topic, message or {})
                take = self._subscribed.get(f"{path}/{topic}/!data")
                if message is not None and take is not None and topic not in self.silent:
                    take(f"{path}/{topic}/!data", message)


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> type[Driver]:
    """The class that stands in for the maker's driver, as a package that is installed."""

    class Own(Driver):
        pass

    module = ModuleType("pyjoulescope_driver")
    module.__spec__ = ModuleSpec("pyjoulescope_driver", None)
    module.Driver = Own  # type: ignore[attr-defined]
    monkeypatch.setitem(__import__("sys").modules, "pyjoulescope_driver", module)
    return Own
