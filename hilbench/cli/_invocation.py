"""What the user typed: the command line itself, and the board that it has to name."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping

from hilbench.boards import Board
from hilbench.errors import ConfigError


def typed_command() -> str:
    """The command line, ready to be typed again."""
    return shlex.join(["hilbench", *sys.argv[1:]])


def required_board(name: str | None, boards: Mapping[str, Board]) -> str:
    """The name of a board that has to be given, though `--board` is no required option.

    Raises:
        ConfigError: there is none.
    """
    if name is None:
        raise ConfigError(f"Which board? Name one with --board; there are: {', '.join(boards)}.")
    return name
