"""Way from a board's name to an open board: lock, probe, wires, or the virtual twin."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from hilbench.boards.board import Board
from hilbench.boards.boards_file import get_board
from hilbench.boards.session import BoardSession
from hilbench.boards.wires import Wires
from hilbench.errors import BoardBusy, BoardMissing, PowerError
from hilbench.provenance import Provenance

_LOG = logging.getLogger(__name__)


def attach(
    name: str,
    *,
    boards: Mapping[str, Board],
    require_hardware: bool = False,
    command: str = "hilbench",
) -> BoardSession:
    """Lock and open the board called `name`, or its virtual twin when its probe is not attached.

    Args:
        name: an entry of `boards`.
        boards: what boards.yaml describes.
        require_hardware: refuse whatever says of itself that it is emulated.
        command: what holds the board, for others who want it.

    Raises:
        ConfigError: there is no such board.
        BoardBusy: another process has it.
        BoardMissing: its probe, serial port or meter is not there.
        PowerError: its meter does not answer.
    """
    board = get_board(boards, name)
    opened = _open_member(board, command) if board.members else _open(board, command)
    if opened is None and board.virtual is not None and not require_hardware:
        opened = _open(get_board(boards, board.virtual), command, twin_of=name)
    if opened is None:
        raise _no_probe(board)
    if require_hardware and opened.provenance is Provenance.EMULATED:
        opened.close()
        raise _no_hardware(name)
    return opened


def attach_member(member: Board, *, require_hardware: bool, command: str) -> BoardSession:
    """Lock and open one board of a pool.

    Raises:
        BoardBusy, BoardMissing, PowerError: it cannot be had.
    """
    opened = _open(member, command)
    if opened is None:
        raise _no_probe(member)
    if require_hardware and opened.provenance is Provenance.EMULATED:
        opened.close()
        raise _no_hardware(member.name)
    return opened


def _open_member(pool: Board, command: str) -> BoardSession | None:
    """The first member of a pool that is there and free; None where none is there.

    Raises:
        BoardBusy: others have all that are there.
    """
    busy: BoardBusy | None = None
    for member in pool.members:
        try:
            opened = _open(member, command)
        except BoardBusy as error:
            busy = error
        except (BoardMissing, PowerError) as error:
            _LOG.info("%s is left out: %s", member.name, error)
        else:
            if opened is not None:
                return opened
    if busy is not None:
        raise busy
    return None


def _open(board: Board, command: str, *, twin_of: str | None = None) -> BoardSession | None:
    """The open board, or None when its provider does not find it."""
    reservation = board.provider.reserve(board, command)
    if reservation is None:
        return None
    wires = Wires(board, reservation)
    try:
        return BoardSession(board, wires, twin_of=twin_of)
    except BaseException:
        wires.close()
        raise


def _no_hardware(name: str) -> BoardMissing:
    return BoardMissing(f"'{name}' is an emulated board, and hardware is required.", board=name)


def _no_probe(board: Board) -> BoardMissing:
    instead = f", or use the board {board.virtual} to try without it" if board.virtual else ""
    return BoardMissing(
        f"No debug probe for '{board.name}' ({board.chip.pyocd_target}) is attached: connect it{instead}.",
        board=board.name,
    )
