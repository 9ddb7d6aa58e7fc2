"""Time limits of the stages of one board, on the clock that counts for it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from hilbench.boards.config import BoardConfig, Deadlines
from hilbench.deadline import Clock, Deadline


@dataclass(frozen=True)
class Limits:
    """Deadlines of a board, made as its stages begin.

    Attributes:
        deadlines: their lengths.
        board: name of the board.
        clock: the machine's, or that of the process that a launched board is.
    """

    deadlines: Deadlines
    board: str
    clock: Clock = time.monotonic

    @classmethod
    def of(cls, board: BoardConfig, clock: Clock = time.monotonic) -> Limits:
        """Limits of a board's entry in boards.yaml."""
        return cls(board.deadlines, board.name, clock)

    def begin(self, stage: str) -> Deadline:
        """The deadline of a stage that begins now: `launch`, `flash`, ..., as the keys of `Deadlines`."""
        seconds: float = getattr(self.deadlines, f"{stage}_s")
        return Deadline.after(seconds, f"{self.board}.deadlines.{stage}_s", self.clock)
