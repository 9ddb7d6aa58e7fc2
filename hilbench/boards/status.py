"""State of every board in boards.yaml: there, busy, or what is missing and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from hilbench.boards.board import Board
from hilbench.boards.probes import attached_probes
from hilbench.boards.provider import State


@dataclass(frozen=True)
class BoardState:
    """One board, and in words why it is in its state."""

    name: str
    description: str
    state: State
    detail: str


def board_states(boards: Mapping[str, Board]) -> list[BoardState]:
    """Look at every board; opens no wire."""
    probes = cache(attached_probes)
    return [
        BoardState(board.name, board.description, *board.provider.status(board, probes))
        for board in boards.values()
    ]
