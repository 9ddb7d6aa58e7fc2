"""Boards that are programs: a virtual board, or any laboratory's own launcher."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from hilbench.boards.config import BoardConfig
from hilbench.boards.launch import LaunchedBoard
from hilbench.boards.lock import BoardLock
from hilbench.boards.ports import power_port
from hilbench.boards.provider import BoardProvider, Endpoints, Reservation, State
from hilbench.errors import BoardMissing
from hilbench.extras import HAS_TERMINALS, NO_TERMINALS, VIRTUAL_PACKAGES, ExtraMissing, require

if TYPE_CHECKING:
    from hilbench.boards.probes import Probe


class _Program(Reservation):
    """A launched board; it is locked where `command` says for whom."""

    can_power_cycle = True

    def __init__(self, board: BoardConfig, launch: Sequence[str], command: str = "") -> None:
        self._board = board
        self._launch = launch
        self._process = LaunchedBoard(board, launch)
        try:
            endpoints = self._endpoints()
            lock = BoardLock(endpoints.probe, command) if command else None
        except BaseException:
            self._process.close()
            raise
        super().__init__(endpoints, self._process.limits, lock)

    def power_cycle(self) -> None:
        self._process.close()
        self._process = LaunchedBoard(self._board, self._launch)
        self.endpoints, self.limits = self._endpoints(), self._process.limits

    def abandon(self) -> None:
        self._process.kill()

    def close(self) -> None:
        self._process.close()
        super().close()

    def _endpoints(self) -> Endpoints:
        """Endpoints that the program says; of a meter that it has not got, the port of boards.yaml."""
        said = self._process.endpoints
        return replace(said, power=said.power or power_port(self._board))


class ProcessProvider(BoardProvider):
    """The provider of entries with `launch`.

    A board that is launched belongs to the command that launches it, so any number of commands may have one
    of the same name. What is locked is the probe that its launcher names, which may be shared.
    """

    starts_boards: ClassVar[bool] = True

    kind: Literal["process"] = "process"
    launch: tuple[str, ...] = Field(min_length=1)
    """Command that starts the board and prints where its wires are; {boards} is the path of boards.yaml."""

    @property
    def packages(self) -> Sequence[str]:
        """Packages of the extra `virtual`, where the program is hilbench itself."""
        return VIRTUAL_PACKAGES if self.launch[0] == "hilbench" else ()

    def reserve(self, board: BoardConfig, command: str) -> Reservation:
        """Start the board, and lock its probe.

        Raises:
            BoardMissing: it cannot be started, or a package that it runs by is not installed.
        """
        if self.packages and not HAS_TERMINALS:
            raise BoardMissing(f"'{board.name}' cannot start. {NO_TERMINALS}", board=board.name)
        try:
            for package in self.packages:
                require(package)
        except ExtraMissing as error:
            raise BoardMissing(f"'{board.name}' cannot start. {error}", board=board.name) from error
        return _Program(board, self.launch, command)

    def status(self, board: BoardConfig, probes: Callable[[], Sequence[Probe]]) -> tuple[State, str]:
        """State of a program: it can be launched at any time."""
        return State.LAUNCHABLE, "each command that uses it starts one of its own"

    def emulate(self, board: BoardConfig, elf: Path) -> Reservation:
        """Start the board with `--image ELF`; nobody else knows of it, so it has no lock."""
        alone = board.model_copy(update={"power": "none"})
        return _Program(alone, (*self.launch, "--image", str(elf)))
