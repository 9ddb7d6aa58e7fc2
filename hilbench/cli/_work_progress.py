"""Work of a known amount drawn for people: a bar with the time left, or a line in a log once in a while."""

from __future__ import annotations

import time
from collections.abc import Callable

from rich.console import Console

from hilbench.closing import Closing
from hilbench.console import rough_duration
from hilbench.progress_bar import LOG_LINE_S, progress_bar


class WorkProgress(Closing):
    """Progress of a command that has no sweep.

    Args:
        console: to draw on.
        what: is counted, in the plural.
        clock: seconds.
    """

    def __init__(self, console: Console, what: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._what = what
        self._clock = clock
        self._bar = progress_bar(console)
        self._task = self._bar.add_task("", total=None)
        self._began = clock()
        self._next_line = self._began + LOG_LINE_S
        self._first = 0

    def close(self) -> None:
        """End the drawing."""
        self._bar.stop()

    def stage(self, text: str) -> None:
        """Say what is being done; a log says it where it was silent for long."""
        if not self._bar.disable:
            self._bar.start()
            self._bar.update(self._task, description=text)
        elif self._is_due():
            self._say(text)

    def __call__(self, done: int, total: int) -> None:
        """Draw that `done` of `total` are done; a smaller number than before begins anew."""
        now = self._clock()
        if done <= self._first:
            self._first, self._began = done, now
            self._bar.reset(self._task, total=total, completed=done)
        if not self._bar.disable:
            self._bar.start()
            self._bar.update(self._task, total=total, completed=done)
        elif self._first < done < total and self._is_due():
            left = (now - self._began) / (done - self._first) * (total - done)
            self._say(f"{done} of {total} {self._what}, {rough_duration(left)} left")

    def _is_due(self) -> bool:
        """Whether a log has said nothing for long enough; from now on it has."""
        due = self._clock() >= self._next_line
        if due:
            self._next_line = self._clock() + LOG_LINE_S
        return due

    def _say(self, text: str) -> None:
        self._console.print(text, style="dim", markup=False, highlight=False, soft_wrap=True)
