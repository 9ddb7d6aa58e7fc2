"""A sweep with its progress drawn, which Ctrl-C and SIGTERM end: board closed, rows kept."""

from __future__ import annotations

import shlex
import signal
from threading import current_thread, main_thread
from types import FrameType, TracebackType
from typing import Self

from rich.console import Console

from hilbench.results import RunRecord, Store
from hilbench.runner.events import Event, Listener, Started
from hilbench.sweeps import SweepRequest, run_sweep
from hilbench.sweeps.progress import SweepProgress

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def sweep_with_progress(request: SweepRequest, store: Store, console: Console) -> RunRecord:
    """Sweep, drawn on `console`.

    Whatever ends it once it has begun carries a note on how to go on.
    """
    with SweepProgress(console) as progress, Interruption(progress) as listener:
        try:
            return run_sweep(request, store, listener)
        except BaseException as error:
            if listener.begun is not None:
                error.add_note(how_to_go_on(request.command, listener.begun))
            raise


def how_to_go_on(command: str, run: RunRecord) -> str:
    """A line about going on with a run, with the command as it can be typed."""
    return f"Every finished row is kept; go on with: {resuming(command, run.run_id)}"


def resuming(command: str, run_id: str) -> str:
    """`command` with `--resume RUN` in place of its own --resume and --force."""
    words: list[str] = []
    left = iter(shlex.split(command))
    for word in left:
        if word == "--resume":
            following = next(left, None)
            if following is not None and following.startswith("-"):
                words.append(following)
        elif word != "--force" and not word.startswith("--resume="):
            words.append(word)
    return shlex.join([*(word for word in words if word != "--force"), "--resume", run_id])


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
