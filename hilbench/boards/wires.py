"""The three wires of one board, opened and re-opened together."""

from __future__ import annotations

import time
from contextlib import ExitStack

from hilbench.boards.board import Board
from hilbench.boards.debug import ConnectMode, DebugWire
from hilbench.boards.limits import Limits
from hilbench.boards.link import SerialLink
from hilbench.boards.probes import probe_at
from hilbench.boards.provider import Reservation
from hilbench.closing import Closing
from hilbench.errors import BoardMissing
from hilbench.power import PowerMeter

_DISCHARGE_S = 0.5
"""The board's capacitors empty before the supply comes back."""
_ANY_BAUD = 115_200
"""Rate of a line that boards.yaml does not describe: a pty, which has none."""


class Wires(Closing):
    """Debug probe, serial line and power meter of one board, all open.

    Args:
        board: what boards.yaml says.
        reservation: where its wires are; it ends with them.

    Raises:
        BoardMissing: a wire does not open.
        PowerError: the meter does not answer.
    """

    def __init__(self, board: Board, reservation: Reservation) -> None:
        self._board = board
        self._reservation = reservation
        self._abandoned = False
        self.meter: PowerMeter | None = None
        self._debug: DebugWire | None = None
        self._link: SerialLink | None = None
        try:
            self.open()
        except BaseException:
            self.close()
            raise

    @property
    def limits(self) -> Limits:
        """Deadlines of the board."""
        return self._reservation.limits

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
        return self._reservation.can_power_cycle or (power != "none" and power.supplies_board)

    def open(self, mode: ConnectMode = ConnectMode.HALT) -> None:
        """Open all three; the meter first, because it may be the board's supply."""
        self._check_wanted()
        self._open_meter()
        endpoints, baud = self._reservation.endpoints, _ANY_BAUD
        if self._board.serial is not None:
            baud = self._board.serial.baud
        self._link = SerialLink(endpoints.serial, baud, board=self._board.name)
        self._debug = DebugWire(self._board, probe_at(self._board, endpoints.probe, self.limits), mode)

    def reopen(self, mode: ConnectMode = ConnectMode.HALT) -> None:
        """Close and open all three; the reservation stays."""
        self._close_wires()
        self.open(mode)
        self.link.drain(self.limits.begin("link"))

    def power_cycle(self) -> None:
        """Take the supply away and give it back, then open all three again."""
        self._check_wanted()
        if self._reservation.can_power_cycle:
            self._close_wires()
            self._reservation.power_cycle()
        else:
            self._open_meter()
            if self.meter is not None:
                self.meter.power(on=False)
                time.sleep(_DISCHARGE_S)
            self._close_wires()
        self.open()

    def abandon(self) -> None:
        """End a board that was started, so that whoever waits for it in another thread waits no longer."""
        self._abandoned = True
        self._reservation.abandon()

    def close(self) -> None:
        """Let go of everything, and of the reservation; safe to call twice."""
        try:
            self._close_wires()
        finally:
            self._reservation.close()

    def _check_wanted(self) -> None:
        if self._abandoned:
            raise BoardMissing(f"The work on '{self._board.name}' was ended.", board=self._board.name)

    def _open_meter(self) -> None:
        power, port = self._board.power, self._reservation.endpoints.power
        if self.meter is not None or power == "none":
            return
        if port is None and power.needs_port:
            raise BoardMissing(
                f"The port of the {power.meter} of '{self._board.name}' is not known; set power.port in "
                "boards.yaml, or power: none to measure no energy.",
                board=self._board.name,
            )
        self.meter = power.open(port or "", self.limits.clock)
        self.meter.power(on=True)

    def _close_wires(self) -> None:
        with ExitStack() as closing:
            for wire in (self.meter, self._link, self._debug):
                if wire is not None:
                    closing.callback(wire.close)
            self._debug = self._link = self.meter = None
