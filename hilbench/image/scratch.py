"""Folders that are being filled; a lock tells which belong to processes that were killed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from hilbench.file_locks import CAN_LOCK, lock

_PREFIX = ".new-"


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """A new folder in `parent`, locked by this process while it is filled; what is left of it is removed.

    Raises:
        OSError: it cannot be made.
    """
    with ExitStack() as held:
        with _locked(parent, wait=True):
            folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
            held.enter_context(_locked(folder))
            held.callback(shutil.rmtree, folder, ignore_errors=True)
        yield folder


def remove_scratch(root: Path) -> None:
    """Remove what killed processes left in the folders of `root`; nothing where no lock tells these apart."""
    if not CAN_LOCK:
        return
    for folder in root.glob(f"*/{_PREFIX}*"):
        with suppress(OSError), _locked(folder.parent, wait=True):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                lock(descriptor)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(descriptor)


@contextmanager
def _locked(folder: Path, *, wait: bool = False) -> Iterator[None]:
    """Lock on a folder. On its parent: who makes or removes one, so that a new one has its lock at once."""
    if not CAN_LOCK:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # a file system without locks
            lock(descriptor, wait=wait)
        yield
    finally:
        os.close(descriptor)
