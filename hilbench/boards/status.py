"""State of every board in boards.yaml: there, busy, or what is missing and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from hilbench.boards.board import Board
from hilbench.boards.probes import Probe, attached_probes
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


_BEST_FIRST = (State.ATTACHED, State.LAUNCHABLE, State.BUSY, State.MISSING)


def _status(board: Board, probes: Callable[[], Sequence[Probe]]) -> tuple[State, str]:
    """State of a board; of a pool that of its best member, and those of all in words."""
    if not board.members:
        return board.provider.status(board, probes)
    states = [(member.member, *member.provider.status(member, probes)) for member in board.members]
    usable = sum(state in {State.ATTACHED, State.LAUNCHABLE} for _, state, _ in states)
    words = "; ".join(f"{name} {state}: {detail}" for name, state, detail in states)
    best = min((state for _, state, _ in states), key=_BEST_FIRST.index)
    return best, f"{usable} of {len(states)} members: {words}"


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
            *_status(board, probes),
            twin_of=owners.get(board.name, ""),
        )
        for board in boards.values()
    ]
    places = {name: place for place, name in enumerate(boards)}
    return sorted(states, key=lambda each: (places[each.twin_of or each.name], each.twin_of != ""))
