"""The serial line: commands ended by `%`, answers of lines up to `m-ready` (docs/serial-protocol.md).

Nothing here knows hilbench's own commands: this also drives anyone's MLPerf Tiny firmware.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator

import serial

from hilbench.boards.frames import FRAME_BEGIN, FRAME_BYTES, FRAME_END
from hilbench.deadline import Deadline
from hilbench.errors import BoardMissing, DeviceFault, LinkError
from hilbench.serial_failures import SERIAL_FAILURES

_READY = "m-ready"
_BOOTED = "m-init-done"
_IN_FLIGHT = 64
"""Bytes that a device must be able to hold while it is busy."""
_LONGEST_LINE = FRAME_BYTES + 256
"""A longer one is noise: the longest answer is a frame."""
_UNPRINTABLE = re.compile(r"[^ -~]")
"""Characters that no terminal, log or database is to get from a device."""
_POLL_S = 0.05
"""Longest delay in noticing a deadline, s; a byte that arrives is noticed at once."""


class SerialLink:
    """One open serial line to a device that speaks the protocol.

    Args:
        port: path or pyserial URL.
        baud: bits a second at which the device starts.
        board: id of the board, for errors.

    Raises:
        BoardMissing: the port cannot be opened.
    """

    def __init__(self, port: str, baud: int, *, board: str) -> None:
        self.port = port
        self._board = board
        self._boot_baud = baud
        self._pending = bytearray()
        try:
            self._serial = serial.serial_for_url(port, baudrate=baud, timeout=_POLL_S, do_not_open=True)
            if "://" not in port:
                self._serial.exclusive = True
            self._serial.open()
        except Exception as error:  # pyserial's handlers of URLs raise what they like
            raise BoardMissing(
                f"Cannot open the serial port {port} of '{board}': {error}; check cable and permissions.",
                board=board,
            ) from error

    def command(self, text: str, deadline: Deadline) -> list[str]:
        """Send one command and return the lines of its answer, without `m-ready`.

        Raises:
            LinkError: silence, noise, a refusal, or a device that started anew meanwhile.
            DeviceFault: the device reports a HardFault.
        """
        return [line for line, _ in self.timed_command(text, deadline)]

    def timed_command(self, text: str, deadline: Deadline) -> list[tuple[str, float]]:
        """Lines of the answer to a command, each with the host's monotonic time when it was whole, s."""
        self.discard()
        self._send(text)
        return self._answer(text, deadline)

    def framed_command(self, text: str, deadline: Deadline) -> tuple[str, bytes]:
        """The first line of the answer to a command, and the binary frame that follows it, without its end.

        Raises:
            LinkError: as `command`, or the answer has another form.
        """
        self.discard()
        self._send(text)
        awaited, lines = f"answer to '{text}'", [self._line(deadline, f"answer to '{text}'", [])]
        self._check(text, lines)
        frame = self._raw_line(deadline, awaited, lines)
        if frame[:1] != bytes([FRAME_BEGIN]) or self._answer(text, deadline):
            raise LinkError(f"There is no frame in the {awaited} of '{self._board}'.", board=self._board)
        return lines[0], frame

    def send_frame(self, frame: bytes, deadline: Deadline) -> list[str]:
        """Send a binary frame and return the lines of the answer, without `m-ready`.

        Raises:
            LinkError: as `command`; `end_frame` comes before what is sent next.
        """
        self.discard()
        with self._wire("writing"):
            self._serial.write(frame)
        return [line for line, _ in self._answer("a frame", deadline)]

    def end_frame(self, deadline: Deadline) -> None:
        """End a frame whose end may have been lost, and discard all that the device says about it.

        Raises:
            LinkError: the device talks without end.
        """
        with self._wire("writing"):
            self._serial.write(bytes([FRAME_END]))
        self.drain(deadline)

    def await_boot(self, deadline: Deadline) -> list[str]:
        """Wait for the end of the boot message; returns its lines. Junk before it is ignored.

        Raises:
            LinkError: it did not come in time.
            DeviceFault: the firmware faulted while it started.
        """
        lines: list[str] = []
        while True:
            line = self._line(deadline, "boot message", lines, strict=False)
            if line == _READY and (_BOOTED in lines or _refusals(lines)):
                break
            lines.append(line)
        self._check("boot", [line for line in lines if line != _BOOTED])
        return lines

    def discard(self) -> None:
        """Forget what has arrived: it came before the next command and cannot answer it."""
        self._pending.clear()
        with self._wire("reading"):
            self._serial.reset_input_buffer()

    def drain(self, deadline: Deadline, quiet_s: float = 0.05) -> None:
        """Discard what arrives until the line was quiet for `quiet_s`; for a device in an unknown state.

        Raises:
            LinkError: the device talks without end.
        """
        self.discard()
        quiet_since = time.monotonic()
        while time.monotonic() - quiet_since < quiet_s:
            if deadline.expired:
                raise LinkError(f"'{self._board}' does not stop talking on {self.port}.", board=self._board)
            with self._wire("reading"):
                if self._serial.read(self._serial.in_waiting or 1):
                    quiet_since = time.monotonic()

    def set_baud(self, baud: int, deadline: Deadline) -> None:
        """Agree on another rate: acknowledged at the old one, then both sides switch.

        Raises:
            LinkError: the device refused.
        """
        self.command(f"baud {baud}", deadline)
        self._change_rate(baud)

    def expect_boot(self) -> None:
        """Listen at the rate at which the device starts, and forget what it said before."""
        self._change_rate(self._boot_baud)
        self.discard()

    def close(self) -> None:
        """Let go of the port; safe to call twice."""
        with contextlib.suppress(serial.SerialException, OSError):
            self._serial.close()

    def _change_rate(self, baud: int) -> None:
        with self._wire("changing the rate of"):
            self._serial.baudrate = baud

    def _send(self, text: str) -> None:
        data = f"{text}%".encode("ascii")
        with self._wire("writing"):
            for start in range(0, len(data), _IN_FLIGHT):
                self._serial.write(data[start : start + _IN_FLIGHT])
                if len(data) > _IN_FLIGHT:
                    self._serial.flush()

    def _answer(self, text: str, deadline: Deadline) -> list[tuple[str, float]]:
        """Lines up to `m-ready`, each with the host's monotonic time when it was whole, s."""
        lines: list[str] = []
        moments: list[float] = []
        while (line := self._line(deadline, f"answer to '{text}'", lines)) != _READY:
            moments.append(time.monotonic())
            lines.append(line)
        self._check(text, lines)
        return list(zip(lines, moments, strict=True))

    def _raw_line(self, deadline: Deadline, awaited: str, so_far: list[str]) -> bytes:
        while (end := self._pending.find(b"\n")) < 0:
            if deadline.expired or len(self._pending) > _LONGEST_LINE:
                raise self._no_answer(deadline, awaited, so_far)
            with self._wire("reading"):
                self._pending += self._serial.read(self._serial.in_waiting or 1)
        line = bytes(self._pending[:end])
        del self._pending[: end + 1]
        return line

    def _line(self, deadline: Deadline, awaited: str, so_far: list[str], *, strict: bool = True) -> str:
        raw = self._raw_line(deadline, awaited, so_far)
        line = _UNPRINTABLE.sub("?", raw.decode("ascii", "replace").strip("\r\0 "))
        if strict and not line.startswith(("m-", "e-[")):
            raise LinkError(f"Noise on {self.port} in the {awaited}: {line[:80]!r}.", board=self._board)
        return line

    def _no_answer(self, deadline: Deadline, awaited: str, so_far: list[str]) -> LinkError:
        tail = bytes(self._pending[-80:])
        last = f"; last heard {tail!r}" if tail else f"; last line '{so_far[-1][:80]}'" if so_far else ""
        late = deadline.expired
        reason = f"within {deadline.seconds:g} s" if late else "but a line without end"
        advice = deadline.advice if late else ""
        return LinkError(
            f"No complete {awaited} from '{self._board}' {reason}{last}{advice}.", board=self._board
        )

    def _check(self, text: str, lines: list[str]) -> None:
        for line in lines:
            if line.startswith("e-[HardFault"):
                raise DeviceFault(f"The device faulted in '{text}': {_inside(line)}.", board=self._board)
        if _BOOTED in lines:
            raise LinkError(f"'{self._board}' started anew while it ran '{text}'.", board=self._board)
        if refusals := _refusals(lines):
            raise LinkError(f"'{self._board}' refused '{text}': {_inside(refusals[0])}.", board=self._board)

    @contextlib.contextmanager
    def _wire(self, doing: str) -> Iterator[None]:
        try:
            yield
        except SERIAL_FAILURES as error:
            raise LinkError(
                f"{doing.capitalize()} {self.port} failed: {error}.", board=self._board
            ) from error


def _refusals(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("e-[")]


def _inside(line: str) -> str:
    return line.removeprefix("e-[").removesuffix("]")
