"""One image on a virtual board that was made for it: no probe, no meter, only the serial line."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from hilbench.boards import Board
from hilbench.boards.device import Device
from hilbench.boards.launch import LaunchedBoard
from hilbench.boards.link import SerialLink
from hilbench.closing import Closing

_ANY_BAUD = 115_200


class EmulatedImage(Closing):
    """A process of its own that runs an image until it is closed.

    Args:
        board: a virtual board; what launches it takes `--image` and has the ELF in flash at power-on.
        elf: the image.

    Attributes:
        device: the firmware, booted.

    Raises:
        BoardMissing: the board did not start.
        LinkError, DeviceFault: the firmware did not.
    """

    def __init__(self, board: Board, elf: Path) -> None:
        alone = board.model_copy(update={"launch": (*board.launch, "--image", str(elf)), "power": "none"})
        with ExitStack() as undo:
            self._process = LaunchedBoard(alone)
            undo.callback(self._process.close)
            serial = SerialLink(self._process.endpoints.serial, _ANY_BAUD, board=board.name)
            undo.callback(serial.close)
            serial.await_boot(self._process.limits.begin("boot"))
            self.device = Device(serial, self._process.limits)
            self._open = undo.pop_all()

    def abandon(self) -> None:
        """Make calls of other threads fail soon; `close` comes next."""
        self._process.kill()

    def close(self) -> None:
        """End the process; safe to call twice."""
        self._open.close()
