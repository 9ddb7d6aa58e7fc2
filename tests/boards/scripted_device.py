"""A device on a pty that answers each command with the bytes it was given: for faults no firmware makes."""

from __future__ import annotations

import contextlib
import os
import termios
import threading
import time
import tty
import zlib
from types import TracebackType


def sealed(line: str) -> str:
    """A line as the firmware sends it: with its checksum."""
    return f"{line} {zlib.crc32(line.encode()):08x}"


class ScriptedDevice:
    """Answers commands (up to `%`) by `answers`; without one it stays silent, as a hung device does."""

    def __init__(self) -> None:
        self._master, slave = os.openpty()
        tty.setraw(slave)
        self._slave = slave
        self.port = os.ttyname(slave)
        self.answers: dict[str, bytes | list[bytes]] = {}
        self.default: bytes | None = None
        """The answer to every other command."""
        self.pauses: dict[str, float] = {}
        """Seconds to wait at each `|` of the answer to a command."""
        self.heard: list[str] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def baud(self) -> int:
        """Rate of the port, as termios names it."""
        rate: int = termios.tcgetattr(self._slave)[4]
        return rate

    def say(self, data: bytes) -> None:
        """Send bytes that nobody asked for."""
        os.write(self._master, data)

    def hang_up(self) -> None:
        """Vanish, as when the cable is pulled."""
        if self._slave >= 0:
            os.close(self._slave)
            os.close(self._master)
            self._slave = -1

    def __enter__(self) -> ScriptedDevice:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._slave >= 0:
            os.write(self._slave, b"\x04%")  # wakes the thread, which then leaves
            self._thread.join()
            self.hang_up()

    def _serve(self) -> None:
        pending = b""
        with contextlib.suppress(OSError):
            while True:
                pending += os.read(self._master, 4096)
                while b"%" in pending:
                    command, _, pending = pending.partition(b"%")
                    if command == b"\x04":
                        return
                    self._answer(command.decode("ascii", "replace"))

    def _answer(self, command: str) -> None:
        self.heard.append(command)
        answer = self.answers.get(command, self.default)
        if isinstance(answer, list):
            answer = answer.pop(0) if answer else None
        if answer is None:
            return
        if command not in self.pauses:
            os.write(self._master, answer)
            return
        for part in answer.split(b"|"):
            os.write(self._master, part)
            time.sleep(self.pauses[command])
