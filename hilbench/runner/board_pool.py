"""Virtual boards of one kind that share work; a board on the bench works alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Generic, TypeVar

from hilbench.boards import BoardSession
from hilbench.closing import Closing
from hilbench.errors import ConfigError
from hilbench.sharing import cores, share

Unit = TypeVar("Unit")
Result = TypeVar("Result")
Work = Callable[[Unit], Iterable[Result]]


class BoardPool(Closing):
    """Boards that share work.

    The first is opened at once, the others when there is work for them.

    Args:
        attach: opens a board; every call another one, where boards are launched.
        jobs: boards at a time; None for as many as there are processors, and for one where it is a board
            on the bench.

    Attributes:
        first: the board that says what the others are, too.

    Raises:
        ConfigError: several are asked for, and there is one on the bench.
        BoardBusy, BoardMissing, PowerError: as `attach` raises them.
    """

    def __init__(self, attach: Callable[[], BoardSession], jobs: int | None = None) -> None:
        self._attach = attach
        self.first = attach()
        self._boards: dict[int, BoardSession] = {0: self.first}
        if not self.first.is_own and (jobs or 1) > 1:
            self.close()
            raise ConfigError(
                f"--jobs {jobs} needs virtual boards, and '{self.first.name}' is one board on the bench; "
                "leave --jobs out.",
                board=self.first.name,
            )
        self._size = (jobs or cores()) if self.first.is_own else 1

    def share(
        self,
        units: Iterable[Unit],
        equip: Callable[[BoardSession], Work[Unit, Result]],
        keep: Callable[[Result], None],
    ) -> None:
        """Have all units done, as `hilbench.sharing.share` does.

        Args:
            units: taken one by one.
            equip: makes what does the work on a board.
            keep: takes the results.

        Raises:
            HilbenchError: as the work raises it.
        """
        members = [_Member(partial(self._board, number), equip) for number in range(self._size)]
        share(members, units, keep)

    def close(self) -> None:
        """Close every board; safe to call twice."""
        for board in self._boards.values():
            board.close()

    def _board(self, number: int) -> BoardSession:
        if number not in self._boards:
            self._boards[number] = self._attach()
        return self._boards[number]


class _Member(Generic[Unit, Result]):
    """A board of a pool while it works."""

    def __init__(
        self, board: Callable[[], BoardSession], equip: Callable[[BoardSession], Work[Unit, Result]]
    ) -> None:
        self._open = board
        self._equip = equip
        self._board: BoardSession | None = None
        self._work: Work[Unit, Result] | None = None

    def work(self, unit: Unit) -> Iterable[Result]:
        if self._work is None:
            self._board = self._open()
            self._work = self._equip(self._board)
        return self._work(unit)

    def abandon(self) -> None:
        if self._board is not None:
            self._board.abandon()
