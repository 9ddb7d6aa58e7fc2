"""One process a board: a kernel lock that dies with its holder, and a record of who that is."""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from hilbench.boards import lock_file
from hilbench.closing import Closing
from hilbench.errors import BoardBusy, ConfigError
from hilbench.file_locks import CAN_LOCK, lock

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LONGEST_COMMAND = 500


@dataclass(frozen=True)
class Holder:
    """Holder of a board."""

    pid: int
    command: str
    since: str
    """Local time, ISO 8601."""

    def __str__(self) -> str:
        return f"process {self.pid} ({self.command}) since {self.since}"


def lock_path(name: str) -> Path:
    """Path of a board's lock: in HILBENCH_LOCKS, or in the temporary folder, which all users share."""
    named = os.environ.get("HILBENCH_LOCKS")
    file_name = f"{quote(name, safe='')}.lock"
    return Path(named, file_name) if named else Path(tempfile.gettempdir(), f"hilbench-{file_name}")


def holder_of(name: str) -> Holder | None:
    """Holder of the board called `name` now; None when it is free, and where nothing is locked."""
    if not CAN_LOCK:
        return None
    with contextlib.suppress(BoardBusy), BoardLock(name, "hilbench boards"):
        return None
    path = lock_path(name)
    folder = _open_folder(path, name)
    try:
        return _record(folder, path.name)
    finally:
        os.close(folder)


class BoardLock(Closing):
    """Exclusive use of one board, or of the probe called so, as a context manager.

    On a system without such locks it locks nothing.

    Raises:
        BoardBusy: another process has it; the sentence says which, and since when.
        ConfigError: the folder of locks cannot be written, or others could swap the files in it.
    """

    def __init__(self, name: str, command: str) -> None:
        self.name = name
        self._path = lock_path(name)
        self._file = -1
        if not CAN_LOCK:
            return
        self._folder = _open_folder(self._path, name)
        try:
            self._file = self._acquire()
        except BaseException:
            os.close(self._folder)
            raise
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        holder = Holder(os.getpid(), command[:_LONGEST_COMMAND], since)
        lock_file.write(self._file, json.dumps(asdict(holder)).encode())

    def close(self) -> None:
        """Let go; safe to call twice."""
        if self._file < 0:
            return
        with contextlib.suppress(PermissionError, FileNotFoundError):  # another user's in a sticky folder
            os.unlink(self._path.name, dir_fd=self._folder)
        os.close(self._file)
        os.close(self._folder)
        self._file = -1

    def _acquire(self) -> int:
        while True:
            try:
                file = lock_file.open_file(self._folder, self._path.name)
            except OSError as error:
                raise _no_locks(self._path, self.name, error) from error
            try:
                lock(file)
            except BlockingIOError:
                os.close(file)
                holder = _record(self._folder, self._path.name)
                raise BoardBusy(
                    f"'{self.name}' is in use by {holder or 'another process'}; wait, or stop it.",
                    board=self.name,
                ) from None
            if lock_file.is_current(file, self._folder, self._path.name):
                return file
            os.close(file)  # its last holder unlinked it between our open and our lock


def _open_folder(path: Path, board: str) -> int:
    try:
        return lock_file.open_folder(path.parent)
    except OSError as error:
        raise _no_locks(path, board, error) from error


def _no_locks(path: Path, board: str, error: OSError) -> ConfigError:
    return ConfigError(
        f"Locks cannot be kept in {path.parent} ({error.strerror}); name another folder in HILBENCH_LOCKS.",
        board=board,
    )


def _record(folder: int, file_name: str) -> Holder | None:
    """Holder that the record names; None where it is released, not yet written or something else."""
    try:
        said = json.loads(lock_file.read(folder, file_name))
        texts = (_UNPRINTABLE.sub("?", str(said[key])) for key in ("command", "since"))
        return Holder(int(said["pid"]), *texts)
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError):
        return None
