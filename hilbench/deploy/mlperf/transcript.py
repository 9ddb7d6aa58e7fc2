"""Lines in the form of the log of MLPerf Tiny's runner (EEMBC EnergyRunner)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable


class Transcript:
    """Lines, each with the time since the first and its source: `00110.579 dut: m-ready`.

    Args:
        clock: seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begin = clock()
        self.lines: list[str] = []

    @property
    def seconds(self) -> float:
        """Time since the first line, s."""
        return self._clock() - self._begin

    def note(self, source: str, *texts: str) -> None:
        """Add lines of one source."""
        self.lines += [stamped(self.seconds, source, text) for text in texts]

    def note_answer(self, command: str, answer: Iterable[str]) -> None:
        """Add a command to the device, and its answer."""
        self.note("parser", f'Command "dut {command}"')
        self.note("dut", *answer, "m-ready")


def stamped(seconds: float, source: str, text: str) -> str:
    """A line as the runner writes it."""
    return f"{seconds:09.3f} {source}: {text}"
