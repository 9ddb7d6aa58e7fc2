"""Lock files in a folder that others may write to: no link is followed, no file of another kind touched."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

_EVERYONE = 0o666
"""Mode of lock files: boards are shared by all users of a machine, so are their locks."""
_SHARED = 0o1777
"""A folder of root's with the sticky bit: everyone adds files, nobody removes those of others."""
_LONGEST = 8192
"""Bytes of a record."""


def open_folder(path: Path) -> int:
    """A descriptor of the folder of locks, which is made where there is none.

    Raises:
        OSError: it cannot be made or opened, is a symbolic link, or belongs to one who could swap its files:
            it must be the user's own, or root's with the sticky bit.
    """
    with contextlib.suppress(FileExistsError):
        path.mkdir(parents=True)
        path.chmod(_SHARED if os.geteuid() == 0 else 0o700)
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    status = os.fstat(folder)
    shared = status.st_uid == 0 and status.st_mode & stat.S_ISVTX
    if status.st_uid == os.geteuid() or shared:
        return folder
    os.close(folder)
    raise PermissionError(0, "it is neither yours nor root's with the sticky bit")


def open_file(folder: int, name: str) -> int:
    """A descriptor of the file `name` in `folder`, which is made where there is none.

    Raises:
        OSError: it cannot be made or opened, or is no plain file with one name.
    """
    while True:
        with contextlib.suppress(FileNotFoundError):
            file = _open(folder, name, 0)
            status = os.fstat(file)
            if stat.S_ISREG(status.st_mode) and status.st_nlink <= 1:
                return file
            os.close(file)
            raise PermissionError(0, f"{name} in it is no plain file with one name")
        with contextlib.suppress(FileExistsError):
            file = _open(folder, name, os.O_CREAT | os.O_EXCL)
            os.fchmod(file, _EVERYONE)
            return file


def is_current(file: int, folder: int, name: str) -> bool:
    """Whether `file` is still what `name` in `folder` leads to."""
    try:
        return os.path.samestat(os.fstat(file), os.stat(name, dir_fd=folder, follow_symlinks=False))
    except FileNotFoundError:
        return False


def write(file: int, content: bytes) -> None:
    """Put `content` in place of what is in an open file."""
    os.ftruncate(file, 0)
    os.pwrite(file, content[:_LONGEST], 0)


def read(folder: int, name: str) -> bytes:
    """Content of a file; empty where there is none, or where it is no plain file."""
    try:
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        return b""
    try:
        return os.pread(file, _LONGEST, 0) if stat.S_ISREG(os.fstat(file).st_mode) else b""
    finally:
        os.close(file)


def _open(folder: int, name: str, flags: int) -> int:
    safe = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    return os.open(name, safe | flags, _EVERYONE, dir_fd=folder)
