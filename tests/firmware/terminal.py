"""A person at the serial line of a board: types commands, reads until the device is ready."""

from __future__ import annotations

import time
import zlib
from types import TracebackType

import serial

from hilbench.boards.frames import FRAME_BEGIN, encode

_READY = b"m-ready\r\n"
_PATIENCE_S = 60.0
"""Patience for a busy machine; a healthy device answers within milliseconds."""


class Terminal:
    """An open serial port. Use as a context manager."""

    def __init__(self, port: str) -> None:
        self._serial = serial.Serial(port, timeout=0.1)
        self._heard = b""

    def ask(self, command: str | bytes) -> list[str]:
        """The lines of the answer to a command, without its m-ready."""
        data = command.encode() if isinstance(command, str) else command
        self._serial.write(data + b"%")
        return self.until_ready()

    def ask_checked(self, command: str) -> list[str]:
        """The lines of an answer whose lines end with their checksums, without those."""
        self._serial.write(command.encode() + b"%")
        return self.until_checked()

    def until_checked(self) -> list[str]:
        """Lines up to the next m-ready without their checksums, which must be right."""
        lines = [line.rpartition(" ") for line in self.until_ready()]
        for text, _, checksum in lines:
            assert checksum == f"{zlib.crc32(text.encode()):08x}", text
        return [text for text, _, _ in lines]

    def until_ready(self) -> list[str]:
        """Lines up to the next m-ready, without it."""
        return self._until_ready().decode("ascii").splitlines()

    def _until_ready(self) -> bytes:
        end = time.monotonic() + _PATIENCE_S
        while _READY not in self._heard:
            assert time.monotonic() < end, f"no m-ready after {self._heard[-200:]!r}"
            self._heard += self._serial.read(self._serial.in_waiting or 1)
        answer, _, self._heard = self._heard.partition(_READY)
        return answer

    def ask_frame(self, command: str, data: bytes) -> None:
        """Require a frame that carries `data` in the answer to a command that sends it."""
        self._serial.write(command.encode() + b"%")
        answer = self._until_ready()
        line, _, rest = answer.partition(b"\r\n")
        assert line.startswith(b"m-tensor-["), answer[:100]
        assert rest == bytes([FRAME_BEGIN]) + encode(data, ord("\n")) + b"\n"

    def send(self, data: bytes) -> None:
        """Send bytes and wait for nothing."""
        self._serial.write(data)

    def is_silent(self) -> bool:
        """Whether nothing comes for a tenth of a second."""
        return not self._serial.read(1)

    def forget(self) -> None:
        """Drop what has come so far."""
        self._serial.reset_input_buffer()
        self._heard = b""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._serial.close()
