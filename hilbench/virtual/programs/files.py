"""Files that a program opens by semihosting: the console, and the list of what is served.

Semihosting for AArch32 and AArch64, release 2.0 (Arm IHI 0058), sections 6 and 7.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

FAILED = -1
_NO_SUCH_FILE, _BAD_HANDLE, _INVALID, _NO_SEEK = 2, 9, 22, 29
"""Error numbers ENOENT, EBADF, EINVAL, ESPIPE."""
_EXTENDED_EXIT, _SEPARATE_ERRORS = 1 << 0, 1 << 1
"""Features of the host: exit takes a status; standard output and error are opened each for itself."""
_CONSOLE, _FEATURES = b":tt", b":semihosting-features"
_CONTENT = b"SHFB" + bytes([_EXTENDED_EXIT | _SEPARATE_ERRORS])
"""Content of the features file; without it, newlib does not pass a status to its exit."""
_FIRST_WRITING_MODE = 4
"""Modes below read; from there on, the console is standard output, from 8 on standard error."""


@dataclass(frozen=True)
class _File:
    """An open file; the console to write to has no content."""

    content: BytesIO | None
    is_console: bool


class HostFiles:
    """A handle for every open, each with a position of its own.

    As with most debuggers, 0, 1 and 2 are standard input, output and error for those who do not ask.

    Args:
        write: takes what is written to the console.

    Attributes:
        error: errno of the last failure.
    """

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self.error = 0
        self._write = write
        self._open = {0: _File(BytesIO(), True), 1: _File(None, True), 2: _File(None, True)}
        self._last = max(self._open)

    def open(self, name: bytes, mode: int) -> int:
        """A handle of the file; -1 where there is none."""
        writing = mode >= _FIRST_WRITING_MODE
        if name != _CONSOLE and (name != _FEATURES or writing):
            return self._fail(_INVALID if name == _FEATURES else _NO_SUCH_FILE)
        self._last += 1
        content = None if writing else BytesIO(b"" if name == _CONSOLE else _CONTENT)
        self._open[self._last] = _File(content, name == _CONSOLE)
        return self._last

    def close(self, handle: int) -> int:
        """Let a handle go; -1 where it is none."""
        return 0 if self._open.pop(handle, None) else self._fail(_BAD_HANDLE)

    def write(self, handle: int, data: bytes) -> int:
        """Write to the console; returns how many bytes were not."""
        file = self._open.get(handle)
        if file is None or file.content is not None:
            self._fail(_BAD_HANDLE)
            return len(data)
        self._write(data)
        return 0

    def read(self, handle: int, size: int) -> bytes:
        """Up to `size` bytes from where the last read ended; none where there is nothing to read."""
        file = self._open.get(handle)
        if file is None or file.content is None:
            self._fail(_BAD_HANDLE)
            return b""
        return file.content.read(size)

    def seek(self, handle: int, position: int) -> int:
        """Have the next read begin at `position`; -1 where it cannot."""
        file = self._open.get(handle)
        if file is None:
            return self._fail(_BAD_HANDLE)
        if file.content is None or file.is_console:
            return self._fail(_NO_SEEK)
        if position > len(file.content.getvalue()):
            return self._fail(_INVALID)
        file.content.seek(position)
        return 0

    def length(self, handle: int) -> int:
        """Bytes in the file, of which the console has none; -1 where the handle is none."""
        file = self._open.get(handle)
        if file is None:
            return self._fail(_BAD_HANDLE)
        return len(file.content.getvalue()) if file.content else 0

    def is_console(self, handle: int) -> int:
        """1 for the console, 0 for a file, -1 where the handle is none."""
        file = self._open.get(handle)
        return self._fail(_BAD_HANDLE) if file is None else int(file.is_console)

    def refuse(self, error: int = _INVALID) -> int:
        """Fail a request that cannot be served."""
        return self._fail(error)

    def _fail(self, error: int) -> int:
        self.error = error
        return FAILED
