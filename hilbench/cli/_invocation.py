"""Command line as the user typed it, the board that it has to name, and the placements that it may."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from hilbench.chips import Placement
from hilbench.errors import ConfigError
from hilbench.passwords import hide_passwords

if TYPE_CHECKING:
    from hilbench.boards import Board
    from hilbench.image import Toolchain
    from hilbench.runner.build_config import BuildConfig


def typed_command() -> str:
    """The command line, ready to be typed again but for passwords, which no record may hold."""
    typed = shlex.join(["hilbench", *sys.argv[1:]])
    return hide_passwords(typed.encode("utf-8", "backslashreplace").decode())


def required_board(name: str | None, boards: Mapping[str, Board]) -> Board:
    """The board that has to be named, though `--board` is no required option.

    Raises:
        ConfigError: none is named, or there is no such one.
    """
    from hilbench.boards import get_board

    if name is None:
        raise ConfigError(f"Which board? Name one with --board; there are: {', '.join(boards)}.")
    return get_board(boards, name)


def tried_placements(board: Board, placement: str | None) -> tuple[Placement, ...]:
    """The placement that was asked for, else all that the board's chip has, in the order to try them."""
    return (Placement(placement),) if placement else board.chip.placements


def tried_configurations(
    board: Board, toolchain: Toolchain, flags: str, placement: str | None
) -> tuple[BuildConfig, ...]:
    """Ways to build for a board, of which a network gets the first in which it fits."""
    from hilbench.runner.build_config import BuildConfig

    return tuple(BuildConfig(toolchain, flags, each) for each in tried_placements(board, placement))
