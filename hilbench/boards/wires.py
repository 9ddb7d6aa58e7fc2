"""The three wires of one board, found, opened and re-opened together."""

from __future__ import annotations

import glob
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

from hilbench.boards.config import Board
from hilbench.boards.debug import ConnectMode, DebugWire
from hilbench.boards.launch import Endpoints, LaunchedBoard
from hilbench.boards.limits import Limits
from hilbench.boards.link import SerialLink
from hilbench.boards.probes import Probe, probe_at, select_probe
from hilbench.closing import Closing
from hilbench.errors import BoardMissing
from hilbench.power import MeterConfig, PowerMeter, SupplyMode, open_meter

if TYPE_CHECKING:
    from collections.abc import Sequence

_DISCHARGE_S = 0.5
"""The board's capacitors empty before the supply comes back."""
_ANY_BAUD = 115_200
"""A launched board's line is a pty, which has no rate."""


def locate(board: Board, attached: Sequence[Probe]) -> Endpoints | None:
    """Wires of a board on the bench; None when its probe is absent and was not named.

    Raises:
        BoardMissing: the named probe, its serial port or its meter is absent, or there are several.
    """
    probe = select_probe(board, attached)
    if probe is None or board.serial is None:
        return None
    power = board.power.port if isinstance(board.power, MeterConfig) else None
    return Endpoints(
        probe=probe.unique_id,
        serial=find_port(board, "serial", board.serial.port),
        power=find_port(board, "power", power) if power is not None else None,
    )


def find_port(board: Board, wire: str, pattern: str) -> str:
    """The one port that `pattern` (path, glob or URL) names.

    Raises:
        BoardMissing: no port, or several.
    """
    if "://" in pattern:
        return pattern
    found = sorted(glob.glob(pattern))  # noqa: PTH207  # patterns are absolute, which Path.glob refuses
    if len(found) == 1:
        return found[0]
    seen = f"several ports match {pattern}: {', '.join(found)}" if found else f"there is no port {pattern}"
    raise BoardMissing(
        f"The {wire} port of '{board.name}' is not clear: {seen}; set {wire}.port in boards.yaml.",
        board=board.name,
    )


class Wires(Closing):
    """Debug probe, serial line and power meter of one board, all open.

    Args:
        board: what boards.yaml says.
        endpoints: where its wires are.
        process: the board itself, where it was launched; ends with the wires, and is launched anew after a
            power cycle.

    Attributes:
        limits: deadlines of the board.

    Raises:
        BoardMissing: a wire does not open.
        PowerError: the meter does not answer.
    """

    def __init__(self, board: Board, endpoints: Endpoints, process: LaunchedBoard | None = None) -> None:
        self._board = board
        self._endpoints = endpoints
        self._process = process
        self._abandoned = False
        self.limits = process.limits if process else Limits.of(board)
        self.meter: PowerMeter | None = None
        self._debug: DebugWire | None = None
        self._link: SerialLink | None = None
        try:
            self.open()
        except BaseException:
            self.close()
            raise

    @property
    def debug(self) -> DebugWire:
        """The debug probe."""
        if self._debug is None:
            raise BoardMissing(f"The probe of '{self._board.name}' is not open.", board=self._board.name)
        return self._debug

    @property
    def link(self) -> SerialLink:
        """The serial line."""
        if self._link is None:
            raise BoardMissing(
                f"The serial line of '{self._board.name}' is not open.", board=self._board.name
            )
        return self._link

    @property
    def can_power_cycle(self) -> bool:
        """Whether something can switch the board off and on."""
        power = self._board.power
        return bool(self._board.launch) or (power != "none" and power.mode is SupplyMode.SOURCE)

    def open(self, mode: ConnectMode = ConnectMode.HALT) -> None:
        """Open all three; the meter first, because it may be the board's supply."""
        if self._abandoned:
            raise BoardMissing(f"The work on '{self._board.name}' was ended.", board=self._board.name)
        if self._board.launch and self._process is None:
            self._process = LaunchedBoard(self._board)
            self._endpoints, self.limits = self._process.endpoints, self._process.limits
        self._open_meter(self._endpoints)
        baud = self._board.serial.baud if self._board.serial is not None else _ANY_BAUD
        self._link = SerialLink(self._endpoints.serial, baud, board=self._board.name)
        self._debug = DebugWire(self._board, probe_at(self._board, self._endpoints.probe, self.limits), mode)

    def reopen(self, mode: ConnectMode = ConnectMode.HALT) -> None:
        """Close and open all three; a launched board's process stays."""
        self._close_wires()
        self.open(mode)
        self.link.drain(self.limits.begin("link"))

    def power_cycle(self) -> None:
        """Take the supply away and give it back, then open all three again."""
        if not self._board.launch:
            self._open_meter(self._endpoints)
            if self.meter is not None:
                self.meter.power(on=False)
                time.sleep(_DISCHARGE_S)
        self.close()
        self.open()

    def abandon(self) -> None:
        """End a launched board, so that whoever waits for it in another thread waits no longer."""
        self._abandoned = True
        if (process := self._process) is not None:
            process.kill()

    def close(self) -> None:
        """Let go of everything and end a launched board; safe to call twice."""
        self._close_wires()
        if self._process is not None:
            self._process.close()
            self._process = None

    def _open_meter(self, endpoints: Endpoints) -> None:
        if self.meter is None and self._board.power != "none" and endpoints.power is not None:
            self.meter = open_meter(self._board.power, endpoints.power, self.limits.clock)
            self.meter.power(on=True)

    def _close_wires(self) -> None:
        with ExitStack() as closing:
            for wire in (self.meter, self._link, self._debug):
                if wire is not None:
                    closing.callback(wire.close)
            self._debug = self._link = self.meter = None
