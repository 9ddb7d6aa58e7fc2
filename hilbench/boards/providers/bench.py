"""Boards on the bench: a probe that is attached to this machine, and ports of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from hilbench.boards.config import BoardConfig
from hilbench.boards.limits import Limits
from hilbench.boards.lock import BoardLock, holder_of
from hilbench.boards.ports import find_port, power_port
from hilbench.boards.provider import BoardProvider, Endpoints, Reservation, State
from hilbench.errors import BoardMissing

if TYPE_CHECKING:
    from hilbench.boards.probes import Probe


class BenchProvider(BoardProvider):
    """The provider of every entry that names none."""

    kind: Literal["bench"] = "bench"

    def check(self, board: BoardConfig) -> None:
        """Require a serial port, which nobody else says."""
        if board.serial is None or board.serial.port is None:
            raise ValueError("needs 'serial' with a 'port' (its firmware's line) or 'launch' (its command)")

    def reserve(self, board: BoardConfig, command: str) -> Reservation | None:
        """Lock the board and find its probe and ports; None where the probe is absent and was not named."""
        from hilbench.boards.probes import attached_probes

        lock = BoardLock(board.name, command)
        try:
            endpoints = locate(board, attached_probes())
        except BaseException:
            lock.close()
            raise
        if endpoints is None:
            lock.close()
            return None
        return Reservation(endpoints, Limits.of(board), lock)

    def status(self, board: BoardConfig, probes: Callable[[], Sequence[Probe]]) -> tuple[State, str]:
        """State of the board by its lock, its probe and its ports."""
        if (holder := holder_of(board.name)) is not None:
            return State.BUSY, str(holder)
        try:
            endpoints = locate(board, probes())
        except BoardMissing as error:
            return State.MISSING, str(error)
        if endpoints is None:
            instead = f"; '{board.virtual}' stands in" if board.virtual else ""
            return State.MISSING, f"no probe with a {board.chip.pyocd_target} is attached{instead}"
        return State.ATTACHED, f"probe {endpoints.probe}, serial {endpoints.serial}"


def locate(board: BoardConfig, attached: Sequence[Probe]) -> Endpoints | None:
    """Wires of a board on the bench; None when its probe is absent and was not named.

    Raises:
        BoardMissing: the named probe, its serial port or its meter is absent, or there are several.
    """
    from hilbench.boards.probes import select_probe

    probe = select_probe(board, attached)
    if probe is None or board.serial is None or board.serial.port is None:
        return None
    return Endpoints(
        probe=probe.unique_id,
        serial=find_port(board, "serial", board.serial.port),
        power=power_port(board),
    )
