"""The voltage that a board is fed with, as boards.yaml has it."""

from __future__ import annotations

from hilbench.boards.board import Board
from hilbench.virtual.power.energy import SUPPLY_VOLTS


def supply_volts(board: Board) -> float:
    """Supply voltage that the board's meter feeds or sees, V; without a meter, what boards usually have."""
    return SUPPLY_VOLTS if board.power == "none" else board.power.supply_mv / 1000
