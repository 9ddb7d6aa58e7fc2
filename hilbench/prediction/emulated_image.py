"""One image on a virtual board that was made for it: no probe, no meter, only the serial line."""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path
from types import TracebackType

from hilbench.boards import Board
from hilbench.boards.device import Device
from hilbench.boards.launch import LaunchedBoard
from hilbench.boards.link import SerialLink
from hilbench.deadline import Deadline

_ANY_BAUD = 115_200


class EmulatedImage:
    """A process of its own that runs the image until this context ends.

    Args:
        board: a virtual board; what launches it takes `--image` and has the ELF in flash at power-on.
        elf: the image.
    """

    def __init__(self, board: Board, elf: Path) -> None:
        self._board = board.model_copy(
            update={"launch": (*board.launch, "--image", str(elf)), "power": "none"}
        )
        self._open = ExitStack()

    def __enter__(self) -> Device:
        """The firmware, booted.

        Raises:
            BoardMissing: the board did not start.
            LinkError, DeviceFault: the firmware did not.
        """
        with ExitStack() as undo:
            process = undo.enter_context(closing(LaunchedBoard(self._board)))
            serial = SerialLink(process.endpoints.serial, _ANY_BAUD, board=self._board.name)
            undo.enter_context(closing(serial))
            serial.await_boot(Deadline.after(self._board.deadlines.boot_s))
            self._open = undo.pop_all()
        return Device(serial, self._board.deadlines)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
