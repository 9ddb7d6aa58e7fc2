"""A board that is a process of its own: it is started, says where its wires are, and is always reaped."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence

from pydantic import BaseModel

from hilbench.boards.config import BoardConfig
from hilbench.boards.limits import Limits
from hilbench.boards.progress import ProgressClock
from hilbench.boards.provider import Endpoints
from hilbench.deadline import Deadline
from hilbench.errors import BoardMissing

_GRACE_S = 3.0
"""Time to leave by itself after its standard input closed, before it is killed."""
_STDERR_TAIL = 600
_LONGEST_LINE = 65_536


class _Announcement(BaseModel):
    """The line that a launched board says; further keys are its own business."""

    probe: str
    serial: str
    power: str | None = None

    @property
    def endpoints(self) -> Endpoints:
        return Endpoints(self.probe, self.serial, self.power)


class LaunchedBoard:
    """The process that a command starts: a board, or what drives one.

    It lives as long as its standard input is open, so that it cannot outlive this process.

    Args:
        board: its entry in boards.yaml; its path replaces `{boards}` in the command.
        launch: the command.

    Attributes:
        endpoints: where its wires are.
        limits: its deadlines, on a clock that passes as it gets on.

    Raises:
        BoardMissing: it could not be started, ended, or did not say where its wires are in time.
    """

    def __init__(self, board: BoardConfig, launch: Sequence[str]) -> None:
        self._board = board
        self._launch = launch
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the process
        try:
            self._process = subprocess.Popen(
                _arguments(board, launch),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                start_new_session=True,  # Ctrl-C is ours to handle, in order
            )
        except (OSError, ValueError) as error:  # ValueError: a NUL in an argument
            self._stderr.close()
            reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
            raise BoardMissing(
                f"'{board.name}' cannot be launched: {reason}: {launch[0]}.", board=board.name
            ) from error
        self.limits = Limits.of(board, ProgressClock(self._process.pid))
        try:
            self.endpoints = self._read_endpoints(self.limits.begin("launch"))
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int:
        """Process id, while it lives."""
        return self._process.pid

    def kill(self) -> None:
        """Have the process and all that it started end at once; `close` comes next."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """End the process and all that it started; safe to call twice."""
        if self._stderr.closed:
            return
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            self._process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()
        self._stderr.close()

    def _read_endpoints(self, deadline: Deadline) -> Endpoints:
        line = self._first_line(deadline)
        try:
            return _Announcement.model_validate_json(line, strict=True).endpoints
        except ValueError as error:
            raise self._failure(f"said {line[:80]!r} instead of where its wires are") from error

    def _first_line(self, deadline: Deadline) -> bytes:
        assert self._process.stdout is not None  # noqa: S101  # asked for with PIPE
        descriptor = self._process.stdout.fileno()
        line = b""
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while b"\n" not in line:
                if len(line) > _LONGEST_LINE:
                    raise self._failure("says a line without end instead of where its wires are")
                if not selector.select(deadline.wait_s):
                    if deadline.expired:
                        raise self._failure(
                            f"did not say where its wires are within {deadline.seconds:g} s{deadline.advice}"
                        )
                    continue
                received = os.read(descriptor, 4096)
                if not received:
                    raise self._failure("ended at once")
                line += received
        return line

    def _failure(self, what: str) -> BoardMissing:
        self._process.poll()
        end = self._stderr.seek(0, os.SEEK_END)
        self._stderr.seek(max(0, end - 4 * _STDERR_TAIL))
        tail = " ".join(self._stderr.read().decode(errors="replace").split())[-_STDERR_TAIL:]
        said = f": {tail}" if tail else "; see its launch in boards.yaml."
        command = " ".join(self._launch)
        return BoardMissing(f"'{self._board.name}' ({command}) {what}{said}", board=self._board.name)


def _arguments(board: BoardConfig, launch: Sequence[str]) -> Sequence[str]:
    arguments = [part.replace("{boards}", str(board.boards_file)) for part in launch]
    if arguments[0] == "hilbench":  # the one that runs now, whatever PATH says
        # -P: no yaml.py in the current folder runs in place of the one that is installed.
        return [sys.executable, "-P", "-m", "hilbench", *arguments[1:]]
    return arguments
