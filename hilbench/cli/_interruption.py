"""Ctrl-C and SIGTERM end a sweep: board closed, rows kept."""

from __future__ import annotations

import signal
from threading import current_thread, main_thread
from types import FrameType, TracebackType
from typing import Self

from hilbench.results import RunRecord
from hilbench.runner.events import Event, Listener, Started

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """A listener that passes events on until a signal arrived, then ends the sweep.

    The signal raises KeyboardInterrupt where it finds the program. Should a library swallow that, as
    debug probes' cleanup may, the next event raises it again.

    Attributes:
        begun: the run that can be gone on with; None before there is one.
    """

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._asked = False
        self.begun: RunRecord | None = None

    def __call__(self, event: Event) -> None:
        if self._asked and current_thread() is main_thread():
            raise KeyboardInterrupt
        if isinstance(event, Started):
            self.begun = event.run
        self._listener(event)

    def __enter__(self) -> Self:
        self._before = {each: signal.signal(each, self._ask) for each in _SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each, handler in self._before.items():
            signal.signal(each, handler)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True
        raise KeyboardInterrupt
