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
    twin_of: str = ""
    """First board that it can replace; empty for a board of its own."""


def board_states(boards: Mapping[str, Board]) -> list[BoardState]:
    """Look at every board, twins behind theirs; opens no wire."""
    probes = cache(attached_probes)
    owners: dict[str, str] = {}
    for board in boards.values():
        if board.virtual is not None:
            owners.setdefault(board.virtual, board.name)
    states = [
        BoardState(
            board.name,
            board.description,
            *board.provider.status(board, probes),
            twin_of=owners.get(board.name, ""),
        )
        for board in boards.values()
    ]
    places = {name: place for place, name in enumerate(boards)}
    return sorted(states, key=lambda each: (places[each.twin_of or each.name], each.twin_of != ""))
