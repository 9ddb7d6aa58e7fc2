"""Boards that share work: virtual ones of one kind, or the members of a pool; others work alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from threading import Lock
from typing import Generic, TypeVar

from hilbench.boards import Board, BoardSession, attach, attach_member, get_board
from hilbench.closing import Closing
from hilbench.errors import BoardBusy, BoardMissing, ConfigError, HilbenchError, PowerError
from hilbench.runner.events import Listener, MemberExcluded, ignore
from hilbench.sharing import Withdrawal, cores, share

Unit = TypeVar("Unit")
Result = TypeVar("Result")
Work = Callable[[Unit], Iterable[Result]]
_ABSENT = (BoardBusy, BoardMissing, PowerError)


class BoardPool(Closing):
    """Boards that share work.

    The first is opened at once, the others when there is work for them. Of a pool the first is the first
    member that is there and free; a member that is not, or that fails, is left out, and its work goes to the
    others.

    Args:
        name: an entry of `boards`.
        boards: entries of boards.yaml.
        jobs: boards at a time; None for as many as there are processors, or members of a pool, and for one
            where it is a board on the bench.
        require_hardware: refuse whatever says of itself that it is emulated.
        command: who holds the boards, as others are shown it.
        listener: hears which members are left out.

    Attributes:
        first: the board that says what the others are, too.

    Raises:
        ConfigError: several are asked for, and there is one on the bench.
        BoardBusy, BoardMissing, PowerError: as `attach` raises them.
    """

    def __init__(
        self,
        name: str,
        boards: Mapping[str, Board],
        jobs: int | None = None,
        *,
        require_hardware: bool = False,
        command: str = "hilbench",
        listener: Listener = ignore,
    ) -> None:
        self._listener = listener
        one = partial(attach, name, boards=boards, require_hardware=require_hardware, command=command)
        self.first = one()
        self._opened = [self.first]
        self._opening = Lock()
        self._open = {0: self.first}
        waiting = [
            member for member in get_board(boards, name).members if member.name != self.first.board.name
        ]
        if self.first.board.pool:
            member = partial(attach_member, require_hardware=require_hardware, command=command)
            self._openers = [partial(member, each) for each in waiting][: (jobs or len(waiting) + 1) - 1]
        elif self.first.is_own:
            self._openers = [one] * ((jobs or cores()) - 1)
        else:
            self._openers = []
            self._refuse_jobs(jobs)

    @property
    def _is_pool(self) -> bool:
        return bool(self.first.board.pool)

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
        openers: Sequence[Callable[[], BoardSession]] = [lambda: self.first, *self._openers]
        leave = self._leave if self._is_pool else None
        members = [_Member(partial(self._board, number), equip, leave) for number in range(len(openers))]
        share(members, units, keep)

    def close(self) -> None:
        """Close every board; safe to call twice."""
        for board in self._opened:
            board.close()

    def _board(self, number: int) -> BoardSession:
        if number not in self._open:
            opened = self._openers[number - 1]()
            with self._opening:
                self._open[number] = opened
                self._opened.append(opened)
            if opened.provenance is not self.first.provenance:
                raise BoardMissing(
                    f"'{opened.board.name}' is {opened.provenance}, and '{self.first.board.name}' is "
                    f"{self.first.provenance}; a run has figures of one kind.",
                    board=opened.board.name,
                )
        return self._open[number]

    def _leave(self, error: HilbenchError) -> Withdrawal:
        self._listener(MemberExcluded(error.board or "a member", str(error)))
        return Withdrawal(error)

    def _refuse_jobs(self, jobs: int | None) -> None:
        if (jobs or 1) > 1:
            self.close()
            raise ConfigError(
                f"--jobs {jobs} needs virtual boards, and '{self.first.name}' is one board on the bench; "
                "leave --jobs out.",
                board=self.first.name,
            )


class _Member(Generic[Unit, Result]):
    """A board while it works.

    Args:
        board: opens it.
        equip: makes what does the work on it.
        leave: makes of a failure what lets others go on; None where a failure ends all work.
    """

    def __init__(
        self,
        board: Callable[[], BoardSession],
        equip: Callable[[BoardSession], Work[Unit, Result]],
        leave: Callable[[HilbenchError], Withdrawal] | None,
    ) -> None:
        self._open = board
        self._equip = equip
        self._leave = leave
        self._abandoned = False
        self._board: BoardSession | None = None
        self._work: Work[Unit, Result] | None = None

    def work(self, unit: Unit) -> Iterable[Result]:
        try:
            if self._work is None:
                self._board = self._open()
                self._work = self._equip(self._board)
            yield from self._work(unit)
        except _ABSENT as error:
            if self._leave is None or self._abandoned:
                raise
            raise self._leave(error) from error

    def abandon(self) -> None:
        self._abandoned = True
        if self._board is not None:
            self._board.abandon()
