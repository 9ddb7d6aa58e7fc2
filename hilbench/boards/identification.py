"""Which chip is at the other end of the wires: its ids, and the facts of the wires that numbers depend on."""

from __future__ import annotations

from hilbench.boards.board import Board
from hilbench.boards.debug import DebugWire
from hilbench.boards.wires import Wires
from hilbench.environment import NO_METER, Environment
from hilbench.errors import BoardMissing
from hilbench.provenance import Provenance

_VIRTUAL_ID = b"HILBENCHVIRT"
"""Unique id of an emulated chip; no silicon carries it."""


def provenance_of(unique_id: bytes) -> Provenance:
    """Provenance of what the chip with this unique id says: emulated or measured."""
    return Provenance.EMULATED if unique_id == _VIRTUAL_ID else Provenance.MEASURED


def read_unique_id(debug: DebugWire, board: Board) -> bytes:
    """Unique id of the chip behind the probe, after its device id was found to be that of the board's chip.

    Raises:
        BoardMissing: it is another chip.
        FlashError: it cannot be read through the probe.
    """
    where = board.chip.identification
    device = int.from_bytes(debug.read_memory(where.idcode, 4), "little") & 0xFFF
    if device != where.device:
        raise BoardMissing(
            f"The probe of '{board.name}' is wired to a chip with device id 0x{device:03x}, "
            f"not to a {board.chip.name} (0x{where.device:03x}).",
            board=board.name,
        )
    return b"".join(debug.read_memory(address, 4) for address in where.unique_id)


def wire_environment(wires: Wires, board: Board, unique_id: bytes, *, is_own: bool) -> Environment:
    """Facts of the wires of a board; `is_own` where it was started for this process."""
    meter = wires.meter
    return Environment(
        calibration=board.calibration_digest or "",
        probe=wires.debug.description,
        # The port of an emulated one goes with the board; its serial number is the board's name.
        probe_id=board.name if is_own else wires.debug.unique_id,
        member=board.member,
        uid=unique_id.hex(),
        meter=NO_METER if meter is None else meter.identity,
        meter_serial="" if meter is None else meter.serial_number or "",
    )
