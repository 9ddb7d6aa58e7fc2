"""An instrument's serial port, read by a thread of its own so that no stream overruns."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

import serial

from hilbench.deadline import Deadline
from hilbench.errors import PowerError
from hilbench.serial_failures import SERIAL_FAILURES

_POLL_S = 0.1
"""Longest delay in noticing that the port closes, s; data is noticed at once."""


class InstrumentPort:
    """An open port whose bytes go to `take` as they arrive.

    Args:
        instrument: what errors call it.
        port: path of the port.
        baud: bits a second; a USB CDC port ignores it.
        take: called in the reading thread, with `changed` held.

    Raises:
        PowerError: the port does not open.
    """

    def __init__(self, instrument: str, port: str, baud: int, take: Callable[[bytes], None]) -> None:
        self.name = f"{instrument} at {port}"
        self.changed = threading.Condition()
        self._take = take
        self._failure: str | None = None
        self._closing = False
        try:
            self._serial = serial.Serial(port, baud, timeout=_POLL_S, exclusive=True)
        except (serial.SerialException, OSError) as error:
            raise PowerError(f"Cannot open the {self.name}: {error}.") from error
        self._reader = threading.Thread(target=self._read, name=self.name, daemon=True)
        self._reader.start()

    def write(self, data: bytes) -> None:
        """Send bytes.

        Raises:
            PowerError: the port is gone.
        """
        try:
            self._serial.write(data)
        except (serial.SerialException, OSError) as error:
            raise PowerError(f"The {self.name} does not take commands: {error}.") from error

    def wait_until(self, reached: Callable[[], bool], deadline: Deadline) -> bool:
        """Wait for `reached`, which is asked with `changed` held; False when the time is up.

        Raises:
            PowerError: the port is gone.
        """
        with self.changed:
            while not reached():
                if self._failure is not None:
                    raise PowerError(f"The {self.name} failed: {self._failure}.")
                if deadline.expired:
                    return False
                self.changed.wait(deadline.wait_s)
            return True

    def close(self) -> None:
        """Let go of the port; safe to call twice."""
        if self._closing:
            return
        self._closing = True
        with contextlib.suppress(OSError):
            self._serial.cancel_read()
        self._reader.join()
        self._serial.close()

    def _read(self) -> None:
        while not self._closing:
            try:
                data = self._serial.read(self._serial.in_waiting or 1)
            except SERIAL_FAILURES as error:
                with self.changed:
                    self._failure = str(error)
                    self.changed.notify_all()
                return
            if data:
                with self.changed:
                    self._hand_over(data)
                    self.changed.notify_all()
            if self._failure is not None:
                return

    def _hand_over(self, data: bytes) -> None:
        try:
            self._take(data)
        except Exception as error:  # noqa: BLE001  # whoever waits is told, where a dead thread would say nothing
            self._failure = f"what it sends is not understood: {error}"
