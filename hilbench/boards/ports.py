"""Ports of a board's wires, found by the pattern in boards.yaml."""

from __future__ import annotations

import glob

from hilbench.boards.config import BoardConfig
from hilbench.errors import BoardMissing


def power_port(board: BoardConfig) -> str | None:
    """Port of the power meter that boards.yaml names; None where it names none.

    Raises:
        BoardMissing: no such port, or several.
    """
    if board.power == "none" or board.power.port is None:
        return None
    is_path = board.power.port_is_path
    return find_port(board, "power", board.power.port) if is_path else board.power.port


def find_port(board: BoardConfig, wire: str, pattern: str) -> str:
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
