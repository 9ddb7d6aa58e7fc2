"""Consoles that print text as it is, and whether somebody looks at them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


def plain_console(*, stderr: bool = False, width: int | None = None) -> Console:
    """A console that prints text as it is: what a file or a device says is neither markup nor emoji."""
    return Console(stderr=stderr, width=width, markup=False, emoji=False)


def is_watched(console: Console) -> bool:
    """Whether somebody looks on, so that it may move: FORCE_COLOR makes no terminal of a log."""
    return console.is_interactive and console.file.isatty()


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Nothing on stderr meanwhile, nor from C++, where TensorFlow says what it does whatever it is asked.

    It is the process's own stderr, so that no other thread is heard.
    """
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nowhere)
        os.close(kept)


def rough_duration(seconds: float) -> str:
    """An estimated time in words: about 40 s, about 3 min, about 1 h 20 min."""
    if seconds < 55:
        return f"about {max(5, 5 * round(seconds / 5))} s"
    minutes = round(seconds / 60)
    hours, rest = divmod(minutes, 60)
    return f"about {hours} h {rest} min" if hours else f"about {max(1, minutes)} min"
