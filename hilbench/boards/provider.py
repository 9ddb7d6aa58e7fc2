"""Contract of board providers: how one board is found, reserved and reached."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from hilbench.boards.config import BoardConfig
from hilbench.boards.limits import Limits
from hilbench.boards.lock import BoardLock
from hilbench.closing import Closing
from hilbench.errors import ConfigError
from hilbench.files import StrictModel

if TYPE_CHECKING:
    from hilbench.boards.probes import Probe


@dataclass(frozen=True)
class Endpoints:
    """Addresses of a board's three wires."""

    probe: str
    """pyOCD's unique id of the probe."""
    serial: str
    power: str | None = None
    """Port of the power meter; None when there is none."""


class State(StrEnum):
    """Whether a board can be used now."""

    ATTACHED = "attached"
    LAUNCHABLE = "launchable"
    """Launched as a program when it is used."""
    BUSY = "busy"
    MISSING = "missing"


class Reservation(Closing):
    """A board for as long as one command has it.

    Attributes:
        endpoints: where its wires are.
        limits: its deadlines.
        can_power_cycle: whether `power_cycle` does it; else the power meter may.
    """

    can_power_cycle: bool = False

    def __init__(self, endpoints: Endpoints, limits: Limits, lock: BoardLock | None = None) -> None:
        self.endpoints = endpoints
        self.limits = limits
        self._lock = lock

    def power_cycle(self) -> None:
        """Switch the board off and on; its endpoints may be others then.

        Raises:
            BoardMissing: it does not come back.
        """
        raise NotImplementedError

    def abandon(self) -> None:
        """Make waits of other threads for the board end soon, where that is possible; `close` comes next."""

    def close(self) -> None:
        """Let others have the board; safe to call twice."""
        if self._lock is not None:
            self._lock.close()


class BoardProvider(StrictModel, ABC):
    """Part of boards.yaml that says where a board comes from; a subclass a kind, with its own keys.

    Its methods take the board's whole entry.
    """

    starts_boards: ClassVar[bool] = False
    """Whether each reservation starts a board of its own, a program that emulates or drives one.

    There may then be several at a time, and such an entry may be the virtual twin of another one.
    """

    kind: str
    """The provider's name."""

    @property
    def packages(self) -> Sequence[str]:
        """Optional Python packages that it needs."""
        return ()

    def check(self, board: BoardConfig) -> None:
        """Refuse an entry that lacks something.

        Raises:
            ValueError: the sentence, without the board's name, says what is missing.
        """

    @abstractmethod
    def reserve(self, board: BoardConfig, command: str) -> Reservation | None:
        """Reserve the board for `command`, a name that others are shown; None where it is not there.

        Raises:
            BoardBusy: another process has it.
            BoardMissing: it does not start, or one of its wires is not clear.
        """

    @abstractmethod
    def status(self, board: BoardConfig, probes: Callable[[], Sequence[Probe]]) -> tuple[State, str]:
        """State of the board, and why in words; opens no wire. `probes` lists what is attached here."""

    def emulate(self, board: BoardConfig, elf: Path) -> Reservation:
        """Start a board of one's own whose memories hold `elf` at power-on.

        Raises:
            ConfigError: the provider cannot.
            BoardMissing: it does not start.
        """
        raise ConfigError(f"'{board.name}' cannot be started with an image; name a virtual board.")
