"""One process a board: a kernel lock that dies with its holder, and a record of who that is."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from hilbench.closing import Closing
from hilbench.errors import BoardBusy, ConfigError

_EVERYONE = 0o666
"""Boards are shared by all users of a machine, so are their locks."""


@dataclass(frozen=True)
class Holder:
    """Who holds a board."""

    pid: int
    command: str
    since: str
    """Local time, ISO 8601."""

    def __str__(self) -> str:
        return f"process {self.pid} ({self.command}) since {self.since}"


def lock_folder() -> Path:
    """Where the locks of this machine live: HILBENCH_LOCKS, or a folder below the temporary one."""
    named = os.environ.get("HILBENCH_LOCKS")
    return Path(named) if named else Path(tempfile.gettempdir()) / "hilbench-locks"


def holder_of(name: str) -> Holder | None:
    """Who holds the board called `name` now; None when it is free."""
    with contextlib.suppress(BoardBusy), BoardLock(name, "hilbench boards"):
        return None
    return _record(_path(name))


class BoardLock(Closing):
    """Exclusive use of one board, as a context manager.

    Raises:
        BoardBusy: another process has it; the sentence says which, and since when.
        ConfigError: the folder of locks cannot be written.
    """

    def __init__(self, name: str, command: str) -> None:
        self.name = name
        self._path = _path(name)
        self._file = self._acquire()
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        record = json.dumps(asdict(Holder(os.getpid(), command, since)))
        os.ftruncate(self._file, 0)
        os.write(self._file, record.encode())

    def close(self) -> None:
        """Let go; safe to call twice."""
        if self._file < 0:
            return
        with contextlib.suppress(PermissionError):  # another user's left-over in a sticky folder
            self._path.unlink(missing_ok=True)
        os.close(self._file)
        self._file = -1

    def _acquire(self) -> int:
        while True:
            try:
                file = _open(self._path)
            except OSError as error:
                raise ConfigError(
                    f"Locks cannot be kept in {self._path.parent} ({error.strerror}); name another folder in "
                    "HILBENCH_LOCKS.",
                    board=self.name,
                ) from error
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
                holder = _record(self._path)
                raise BoardBusy(
                    f"'{self.name}' is in use by {holder or 'another process'}; wait, or stop it.",
                    board=self.name,
                ) from None
            if _is_same(file, self._path):
                return file
            os.close(file)  # its last holder unlinked it between our open and our lock


def _path(name: str) -> Path:
    return lock_folder() / f"{name}.lock"


def _open(path: Path) -> int:
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(PermissionError):
            path.parent.chmod(0o1777)
    while True:
        with contextlib.suppress(FileNotFoundError):
            return os.open(path, os.O_RDWR)
        with contextlib.suppress(FileExistsError):
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, _EVERYONE)
            os.fchmod(file, _EVERYONE)
            return file


def _is_same(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


def _record(path: Path) -> Holder | None:
    try:
        return Holder(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):  # released or not yet written
        return None
