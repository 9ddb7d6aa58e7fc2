"""The state of every board in boards.yaml: there, busy, or what is missing and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hilbench.boards.config import Board
from hilbench.boards.lock import holder_of
from hilbench.boards.probes import Probe, attached_probes
from hilbench.boards.wires import locate
from hilbench.errors import BoardMissing


class State(StrEnum):
    """Whether a board can be used now."""

    ATTACHED = "attached"
    LAUNCHABLE = "launchable"
    """Launched as a program when it is used."""
    BUSY = "busy"
    MISSING = "missing"


@dataclass(frozen=True)
class BoardState:
    """One board, and in words why it is in its state."""

    name: str
    description: str
    state: State
    detail: str


def survey(boards: Mapping[str, Board]) -> list[BoardState]:
    """Look at every board; opens no wire."""
    attached = attached_probes() if any(not board.launch for board in boards.values()) else []
    return [BoardState(board.name, board.description, *_state(board, attached)) for board in boards.values()]


def _state(board: Board, attached: Sequence[Probe]) -> tuple[State, str]:
    if board.launch:
        return State.LAUNCHABLE, "each command that uses it starts one of its own"
    if (holder := holder_of(board.name)) is not None:
        return State.BUSY, str(holder)
    try:
        endpoints = locate(board, attached)
    except BoardMissing as error:
        return State.MISSING, str(error)
    if endpoints is None:
        instead = f"; '{board.virtual}' stands in" if board.virtual else ""
        return State.MISSING, f"no probe with a {board.chip.pyocd_target} is attached{instead}"
    return State.ATTACHED, f"probe {endpoints.probe}, serial {endpoints.serial}"
