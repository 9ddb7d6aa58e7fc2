"""Nordic Power Profiler Kit II: 100 kS/s of current with eight digital inputs in every sample.

Commands and stream as in Nordic's nRF Connect Power Profiler.
"""

from __future__ import annotations

import contextlib
import struct
import threading
import time
from collections.abc import Callable

import numpy as np
import serial
from serial.tools import list_ports

from hilbench.deadline import Deadline
from hilbench.errors import PowerError
from hilbench.power.config import MeterConfig, SupplyMode
from hilbench.power.ppk2_calibration import Calibration
from hilbench.power.ppk2_stream import Ppk2Stream
from hilbench.power.trace import PowerTrace

_RATE = 100_000.0
_START = b"\x06"
_STOP = b"\x07"
_DEVICE_POWER = 0x0C
_REGULATOR_MV = 0x0D
_MODE = 0x11
_MODES = {SupplyMode.AMPERE: 1, SupplyMode.SOURCE: 2}
_METADATA = b"\x19"
_METADATA_END = b"END"
_METADATA_TRIES = 3
_ANSWER_S = 2.0
_QUIET_S = 0.03
"""A stopped instrument is silent after this long."""
_RESTART_S = 0.05
"""A start sooner than this after a stop shows peaks that are not there."""
_POLL_S = 0.1
"""How late closing may be noticed; data is noticed at once."""


class Ppk2:
    """One PPK2 on a serial port.

    Raises:
        PowerError: the port does not open, or what answers is no PPK2.
    """

    rate = _RATE

    def __init__(self, config: MeterConfig, port: str) -> None:
        self._config = config
        self._port = port
        self._changed = threading.Condition()
        self._text = bytearray()
        self._stream: Ppk2Stream | None = None
        self._failure: str | None = None
        self._closing = False
        self._stopped_at = -_RESTART_S
        try:
            self._serial = serial.Serial(port, timeout=_POLL_S, exclusive=True)
        except (serial.SerialException, OSError) as error:
            raise PowerError(f"Cannot open the PPK2 at {port}: {error}.") from error
        self._reader = threading.Thread(target=self._read, name=f"ppk2 {port}", daemon=True)
        self._reader.start()
        try:
            self._calibration = self._read_calibration()
            self._send(bytes((_MODE, _MODES[config.mode])))
            self._send(struct.pack(">BH", _REGULATOR_MV, config.supply_mv))
        except BaseException:
            self.close()
            raise

    @property
    def identity(self) -> str:
        """Model, serial number, hardware and calibration state."""
        serials = [port.serial_number for port in list_ports.comports() if port.device == self._port]
        number = f" {serials[0]}" if serials and serials[0] else ""
        state = "calibrated" if self._calibration.calibrated else "uncalibrated"
        return f"PPK2{number} hardware {self._calibration.hardware or 'unknown'}, {state}"

    @property
    def supplies_board(self) -> bool:
        """Whether the board is fed through it."""
        return self._config.mode is SupplyMode.SOURCE

    def power(self, *, on: bool) -> None:
        """Switch the board's supply."""
        self._send(bytes((_DEVICE_POWER, int(on))))

    def start(self) -> None:
        """Begin capturing; returns when samples arrive, so that nothing after it is missed."""
        time.sleep(max(0.0, self._stopped_at + _RESTART_S - time.monotonic()))
        with self._changed:
            self._stream = Ppk2Stream(self._config.trigger_input)
        self._send(_START)
        self._await(lambda stream: stream.count > 0, Deadline.after(_ANSWER_S), "a first sample")

    def await_edges(self, count: int, tail_s: float, deadline: Deadline) -> None:
        """Wait until the capture holds `count` trigger edges and `tail_s` of samples after the last.

        Raises:
            PowerError: they did not come in time.
        """
        tail = round(tail_s * _RATE)
        self._await(
            lambda stream: len(stream.edges) >= count and stream.count >= stream.edges[-1].index + tail,
            deadline,
            f"{count} trigger edges",
        )

    def stop(self) -> PowerTrace:
        """End capturing and hand over what was captured since `start`."""
        self._send(_STOP)
        self._stopped_at = time.monotonic()
        with self._changed:
            stream, self._stream = self._stream, None
        if stream is None:
            raise PowerError(f"The PPK2 at {self._port} was not capturing.")
        supply_v = self._config.supply_mv / 1000
        return PowerTrace(
            current=self._calibration.amperes(stream.words, supply_v),
            voltage=np.full(stream.count, supply_v),
            rate=_RATE,
            edges=tuple(stream.edges),
            dropped=stream.dropped,
            gaps=tuple(stream.gaps),
        )

    def close(self) -> None:
        """Stop capturing and let go of the port; the board stays on; safe to call twice."""
        if self._closing:
            return
        with contextlib.suppress(PowerError):
            self._send(_STOP)
        self._closing = True
        self._serial.cancel_read()
        self._reader.join()
        self._serial.close()

    def _read(self) -> None:
        while not self._closing:
            try:
                data = self._serial.read(self._serial.in_waiting or 1)
            except (serial.SerialException, OSError, TypeError) as error:
                with self._changed:
                    self._failure = str(error)
                    self._changed.notify_all()
                return
            if data:
                self._take(data)

    def _take(self, data: bytes) -> None:
        with self._changed:
            if self._stream is not None:
                self._stream.feed(data)
            else:
                self._text += data
            self._changed.notify_all()

    def _await(self, reached: Callable[[Ppk2Stream], bool], deadline: Deadline, what: str) -> None:
        with self._changed:
            stream = self._stream
            if stream is None:
                raise PowerError(f"The PPK2 at {self._port} is not capturing.")
            while not reached(stream):
                if self._failure is not None:
                    raise PowerError(f"The PPK2 at {self._port} failed: {self._failure}.")
                if deadline.expired:
                    raise PowerError(
                        f"The PPK2 at {self._port} did not show {what} within {deadline.seconds:g} s "
                        f"({stream.count} samples, {len(stream.edges)} edges)."
                    )
                self._changed.wait(deadline.remaining)

    def _read_calibration(self) -> Calibration:
        for _ in range(_METADATA_TRIES):
            self._silence()
            self._send(_METADATA)
            if (metadata := self._await_metadata(Deadline.after(_ANSWER_S))) is not None:
                return Calibration.parse(metadata)
        raise PowerError(f"No PPK2 answers at {self._port}; check power.port in boards.yaml.")

    def _silence(self) -> None:
        """Stop a stream that an earlier user left running and discard its rest."""
        self._send(_STOP)
        deadline = Deadline.after(_ANSWER_S)
        with self._changed:
            while not deadline.expired:
                self._text.clear()
                self._changed.wait(_QUIET_S)
                if not self._text:
                    return

    def _await_metadata(self, deadline: Deadline) -> str | None:
        with self._changed:
            while _METADATA_END not in self._text:
                if deadline.expired or self._failure is not None:
                    return None
                self._changed.wait(deadline.remaining)
            return self._text.decode("ascii", "replace")

    def _send(self, data: bytes) -> None:
        try:
            self._serial.write(data)
        except (serial.SerialException, OSError) as error:
            raise PowerError(f"The PPK2 at {self._port} does not take commands: {error}.") from error
