"""Command line as the user typed it, and the board that it has to name."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from hilbench.errors import ConfigError
from hilbench.passwords import hide_passwords

if TYPE_CHECKING:
    from hilbench.boards import Board


def typed_command() -> str:
    """The command line, ready to be typed again but for passwords, which no record may hold."""
    typed = shlex.join(["hilbench", *sys.argv[1:]])
    return hide_passwords(typed.encode("utf-8", "backslashreplace").decode())


def required_board(name: str | None, boards: Mapping[str, Board]) -> str:
    """The name of a board that has to be given, though `--board` is no required option.

    Raises:
        ConfigError: there is none.
    """
    if name is None:
        raise ConfigError(f"Which board? Name one with --board; there are: {', '.join(boards)}.")
    return name
