"""The debug wire: a pyOCD session in this process that programs, resets and reads memory."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from hilbench.deadline import Deadline
from hilbench.errors import BoardMissing, FlashError, HilbenchError

if TYPE_CHECKING:
    from hilbench.boards.config import BoardConfig
    from hilbench.boards.probes import Probe

_LOG = logging.getLogger(__name__)
_LONGEST_REASON = 300
_PATIENT_OPTIONS = (
    "flash.timeout.init",
    "flash.timeout.program",
    "flash.timeout.erase_sector",
    "reset.halt_timeout",
    "reset.core_recover.timeout",
)
"""pyOCD's own limits, in s of wall time, which a busy machine or emulator may exceed; ours end the stage."""


class ConnectMode(StrEnum):
    """Way in which the probe takes hold of the core (pyOCD's `connect_mode`)."""

    ATTACH = "attach"
    """Leave the core running."""
    HALT = "halt"
    UNDER_RESET = "under-reset"


class DebugWire:
    """One open debug session.

    Attributes:
        description: vendor and product of the probe.

    Raises:
        BoardMissing: the probe does not open or no core answers behind it.
    """

    def __init__(self, board: BoardConfig, probe: Probe, mode: ConnectMode = ConnectMode.HALT) -> None:
        from pyocd.core.session import Session

        self._board = board
        self._probe = probe
        self._session = Session(
            probe.driver,
            options={
                "target_override": board.chip.pyocd_target,
                "connect_mode": str(mode),
                "frequency": board.probe.frequency_hz,
                "auto_unlock": False,  # never mass-erase a protected chip unasked
                "no_config": True,
                "hide_programming_progress": True,
                "reset.post_delay": 0.0,  # the wait for the core that follows is enough
                **dict.fromkeys(_PATIENT_OPTIONS, board.deadlines.flash_s),
            },
        )
        try:
            with self._wire("connecting"):
                self._session.open()
                self.description = f"{probe.driver.vendor_name} {probe.driver.product_name}"
        except FlashError as error:
            self.close()
            raise BoardMissing(str(error), board=board.name) from error

    @property
    def unique_id(self) -> str:
        """PyOCD's unique id of the probe."""
        return self._probe.unique_id

    def flash(self, elf: Path, deadline: Deadline) -> None:
        """Program an ELF with pyOCD's flash algorithm; sectors that already hold it stay.

        Raises:
            FlashError: the probe, the algorithm or the time failed.
        """
        from pyocd.flash.file_programmer import FileProgrammer

        def check_time(_fraction: float) -> None:
            if deadline.expired:
                raise FlashError(
                    f"Programming {elf.name} on '{self._board.name}' took over {deadline.seconds:g} s"
                    f"{deadline.advice}.",
                    board=self._board.name,
                )

        with self._wire(f"programming {elf.name}"):
            FileProgrammer(self._session, progress=check_time).program(str(elf), file_format="elf")

    def reset(self) -> None:
        """Reset the chip and let it run."""
        with self._wire("resetting"):
            self._session.target.reset()

    def read_memory(self, address: int, size: int) -> bytes:
        """`size` bytes at `address`, whatever the core does meanwhile."""
        with self._wire(f"reading 0x{address:08x}"):
            return bytes(self._session.target.read_memory_block8(address, size))

    def close(self) -> None:
        """Let the chip run and let go of the probe; safe to call twice."""
        try:
            self._session.close()
        except Exception as error:  # noqa: BLE001  # on a wire that failed, pyOCD's clean-up fails in any way
            _LOG.debug("closing the probe of %s: %s", self._board.name, error)

    @contextlib.contextmanager
    def _wire(self, doing: str) -> Iterator[None]:
        try:
            yield
        except HilbenchError:
            raise
        except Exception as error:  # where a board or its probe dies, pyOCD fails with any exception
            told = " ".join(str(error).split())[:_LONGEST_REASON] or type(error).__name__
            raise FlashError(
                f"{doing.capitalize()} through {self.unique_id} of '{self._board.name}' failed: {told}.",
                board=self._board.name,
            ) from error
