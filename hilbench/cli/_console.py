"""Where tables are printed."""

from __future__ import annotations

from rich.console import Console

_WIDE_ENOUGH = 200
"""Columns to print where nobody looks on, so that no cell is cut in a file."""


def table_console(*, stderr: bool = False) -> Console:
    """A console as wide as the terminal, or as any table where there is none."""
    terminal = Console(stderr=stderr)
    return terminal if terminal.is_terminal else Console(stderr=stderr, width=_WIDE_ENOUGH)
