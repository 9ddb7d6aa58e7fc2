"""boards.yaml, attaching and locking; debug, serial and power wires joined into one open board."""

from hilbench.boards.answers import DeviceInfo, OutputReport
from hilbench.boards.attach import attach
from hilbench.boards.config import Board, get_board, load_boards
from hilbench.boards.open_board import OpenBoard
from hilbench.boards.recovery import Recovery

__all__ = [
    "Board",
    "DeviceInfo",
    "OpenBoard",
    "OutputReport",
    "Recovery",
    "attach",
    "get_board",
    "load_boards",
]
