"""ST X-NUCLEO-LPM01A: supplies up to 50 mA and reports its current as text (ST UM2269)."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable

from hilbench.deadline import Clock
from hilbench.errors import PowerError
from hilbench.power.instruments.lpm01a import Lpm01aConfig
from hilbench.power.instruments.lpm01a.stream import Lpm01aStream
from hilbench.power.streaming import StreamingMeter
from hilbench.power.trace import PowerTrace

_BAUD = 3_686_400
_RATE = 10_000.0
"""The fastest that the text format carries."""
_TRIGGER_INPUT = 7
_ANSWER_S = 2.0
_QUIET_S = 0.05
_STOPPED = b"Acquisition completed"


class Lpm01a(StreamingMeter[Lpm01aStream]):
    """One LPM01A on a serial port; its D7 is wired to the board's trigger pin.

    Attributes:
        identity: model and firmware version.
        rate: samples a second.

    Raises:
        PowerError: the port does not open, or the instrument refuses a setting.
    """

    rate = _RATE

    def __init__(self, config: Lpm01aConfig, port: str, clock: Clock = time.monotonic) -> None:
        super().__init__("LPM01A", config, port, _BAUD, clock)
        try:
            self._silence(b"\nstop\n", _QUIET_S)
            self._command("htc")
            version = self._command("version")
            self.identity = f"LPM01A {version}".strip()
            for setting in (
                f"volt {config.supply_mv}m",
                f"freq {_RATE / 1000:.0f}k",
                "acqtime inf",
                "acqmode dyn",
                "funcmode high",
                "output current",
                "format ascii_dec",
                "trigsrc sw",
                f"eventsrc d{_TRIGGER_INPUT} fal",
            ):
                self._command(setting)
        except BaseException:
            self._port.close()
            raise

    def power(self, *, on: bool) -> None:
        """Switch the board's supply."""
        self._command(f"pwr {'on' if on else 'off'} nostatus")

    def start(self) -> None:
        """Begin capturing; returns when samples arrive, so that nothing after it is missed."""
        self._command("start")
        stream = Lpm01aStream(_RATE)
        with self._port.changed:
            self._stream = stream
            stream.feed(bytes(self._text))  # samples that came with the acknowledgement
            self._text.clear()
        self._await(lambda: stream.count > 0, "sends no samples")

    def stop(self) -> PowerTrace:
        """End capturing and hand over what was captured since `start`."""
        stream = self._capturing
        with self._port.changed:
            self._stream = None
            self._text.clear()
        self._port.write(b"stop\n")
        self._await(lambda: _STOPPED in self._text, "does not stop")
        return self._trace(stream, stream.current)

    def close(self) -> None:
        """Stop capturing, give up control and let go of the port; the board stays on."""
        with contextlib.suppress(PowerError):
            if self._stream is not None:
                self.stop()
            self._command("hrc")
        self._port.close()

    def _command(self, line: str) -> str:
        """Send a line, wait for its acknowledgement and return what the instrument said with it."""
        with self._port.changed:
            self._text.clear()
        self._port.write(f"{line}\n".encode("ascii"))
        found: list[re.Match[bytes]] = []

        def answered() -> bool:
            found[:] = _answers_to(line, bytes(self._text))
            return bool(found)

        self._await(answered, f"does not answer '{line}'")
        word, beside, below = found[0].groups(default=b"")
        answer = " ".join((beside + b" " + below).decode("ascii", "replace").split())
        if word == b"error":
            raise PowerError(f"The {self._port.name} refused '{line}': {answer}.")
        with self._port.changed:
            del self._text[: found[0].end()]
        return answer

    def _await(self, reached: Callable[[], bool], otherwise: str) -> None:
        if not self._port.wait_until(reached, self._within(_ANSWER_S)):
            raise PowerError(f"The {self._port.name} {otherwise} within {_ANSWER_S:g} s.")


def _answers_to(line: str, heard: bytes) -> list[re.Match[bytes]]:
    """Whole answers to a command: `ack` or `error`, the text behind the command, and the line below.

    An instrument may answer in either place; where it does so behind the command, or there is nothing to
    answer, the line below is empty.
    """
    answer = rb"(ack|error) %b(?=[: \r\n])[: ]*([^\r\n]*)\r?\n(?:([^\r\n]*)\r?\n)?"
    found = re.finditer(answer % re.escape(line.encode("ascii")), heard)
    return [each for each in found if each[2] or each[3] is not None]
