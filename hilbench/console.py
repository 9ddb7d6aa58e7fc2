"""Consoles that print text as it is, and whether somebody looks at them."""

from __future__ import annotations

from rich.console import Console


def plain_console(*, stderr: bool = False, width: int | None = None) -> Console:
    """A console that prints text as it is: what a file or a device says is neither markup nor emoji."""
    return Console(stderr=stderr, width=width, markup=False, emoji=False)


def is_watched(console: Console) -> bool:
    """Whether somebody looks on, so that it may move: FORCE_COLOR makes no terminal of a log."""
    return console.is_interactive and console.file.isatty()
