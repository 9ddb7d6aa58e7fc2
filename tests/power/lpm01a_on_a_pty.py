"""An LPM01A on a pty that answers as a test says, whole or byte by byte."""

from __future__ import annotations

import contextlib
import os
import threading
import tty
from collections.abc import Mapping
from types import TracebackType

_PROMPT = b"\r\nPowerShield > "


class Lpm01aOnAPty:
    """Acknowledges every command; `answers` replace what stands behind the `ack` of some.

    `heard` keeps the commands. A start is followed by `capture`.
    """

    def __init__(
        self, answers: Mapping[bytes, bytes], capture: bytes = b"0500-05\r\n", *, piecewise: bool = False
    ) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.port = os.ttyname(self._slave)
        self.heard: list[bytes] = []
        self._answers = answers
        self._capture = capture
        self._step = 1 if piecewise else 4096
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> Lpm01aOnAPty:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.write(self._slave, b"\xff\n")  # wakes the thread, which then leaves
        self._thread.join()
        os.close(self._slave)
        os.close(self._master)

    def _serve(self) -> None:
        received = b""
        with contextlib.suppress(OSError):
            while b"\xff" not in self.heard:
                received += os.read(self._master, 64)
                *lines, received = received.split(b"\n")
                for line in filter(None, lines):
                    self.heard.append(line)
                    self._say(self._answer(line))

    def _answer(self, line: bytes) -> bytes:
        if line == b"stop":
            return b"end\r\n" + _PROMPT + b"Acquisition completed\r\n"
        answer = _PROMPT + self._answers.get(line, b"ack " + line + b"\r\n\r\n")
        return answer + self._capture if line == b"start" else answer

    def _say(self, data: bytes) -> None:
        for start in range(0, len(data), self._step):
            os.write(self._master, data[start : start + self._step])
