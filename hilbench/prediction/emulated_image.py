"""One image on a virtual board that was made for it: no probe, no meter, only the serial line."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from hilbench.boards import Board
from hilbench.boards.device import Device
from hilbench.boards.link import SerialLink
from hilbench.closing import Closing

_ANY_BAUD = 115_200


class EmulatedImage(Closing):
    """A process of its own that runs an image until it is closed.

    Args:
        board: a virtual board, whose provider starts it with an ELF in flash at power-on.
        elf: the image.

    Attributes:
        device: the firmware, booted.

    Raises:
        BoardMissing: the board did not start.
        LinkError, DeviceFault: the firmware did not.
    """

    def __init__(self, board: Board, elf: Path) -> None:
        with ExitStack() as undo:
            self._board = undo.enter_context(board.provider.emulate(board, elf))
            serial = SerialLink(self._board.endpoints.serial, _ANY_BAUD, board=board.name)
            undo.callback(serial.close)
            serial.await_boot(self._board.limits.begin("boot"))
            self.device = Device(serial, self._board.limits)
            self._open = undo.pop_all()

    def abandon(self) -> None:
        """Make calls of other threads fail soon; `close` comes next."""
        self._board.abandon()

    def close(self) -> None:
        """End the process; safe to call twice."""
        self._open.close()
