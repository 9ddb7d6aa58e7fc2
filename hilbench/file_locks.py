"""Exclusive locks on open files, which the kernel drops when their holder ends."""

from __future__ import annotations

from importlib.util import find_spec

CAN_LOCK = find_spec("fcntl") is not None
"""Whether this system has such locks; Windows has none, and nothing is locked there."""


def lock(file: int, *, wait: bool = False) -> None:
    """Lock an open file or folder, until its descriptor is closed.

    Args:
        file: its descriptor.
        wait: whether to wait until nobody else has it.

    Raises:
        BlockingIOError: another has it.
        OSError: the file system has no locks.
    """
    import fcntl

    fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
