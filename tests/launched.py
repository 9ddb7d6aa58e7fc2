"""A board of boards.yaml that is a process, without the rest of a session."""

from __future__ import annotations

from hilbench.boards import Board
from hilbench.boards.launch import LaunchedBoard
from hilbench.boards.providers.process import ProcessProvider


def launched(board: Board) -> LaunchedBoard:
    """The process that the entry's `launch` starts."""
    assert isinstance(board.provider, ProcessProvider)
    return LaunchedBoard(board, board.provider.launch)
