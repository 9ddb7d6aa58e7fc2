"""boards.yaml, attaching and locking; debug, serial and power wires joined into one open board."""

from hilbench.boards.attach import attach, attach_member
from hilbench.boards.board import Board
from hilbench.boards.boards_file import get_board, load_boards
from hilbench.boards.recovery import Recovery
from hilbench.boards.responses import DeviceInfo, OutputReport
from hilbench.boards.session import BoardSession

__all__ = [
    "Board",
    "BoardSession",
    "DeviceInfo",
    "OutputReport",
    "Recovery",
    "attach",
    "attach_member",
    "get_board",
    "load_boards",
]
