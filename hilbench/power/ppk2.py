"""Nordic Power Profiler Kit II: 100 kS/s of current with eight digital inputs in every sample.

Commands and stream as in Nordic's nRF Connect Power Profiler.
"""

from __future__ import annotations

import contextlib
import struct
import time
from pathlib import Path

import numpy as np
from serial.tools import list_ports

from hilbench.deadline import Deadline
from hilbench.errors import PowerError
from hilbench.power.config import MeterConfig, SupplyMode
from hilbench.power.instrument_port import InstrumentPort
from hilbench.power.ppk2_calibration import Calibration
from hilbench.power.ppk2_stream import Ppk2Stream
from hilbench.power.trace import PowerTrace

_ANY_BAUD = 115_200
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


class Ppk2:
    """One PPK2 on a serial port.

    Attributes:
        identity: model, serial number, hardware and calibration state.
        rate: samples a second.

    Raises:
        PowerError: the port does not open, or what answers is no PPK2.
    """

    rate = 100_000.0

    def __init__(self, config: MeterConfig, port: str) -> None:
        self._config = config
        self._text = bytearray()
        self._stream: Ppk2Stream | None = None
        self._stopped_at = -_RESTART_S
        self._port = InstrumentPort("PPK2", port, _ANY_BAUD, self._take)
        try:
            self._calibration = self._read_calibration()
            self.identity = _identity(port, self._calibration)
            self._port.write(bytes((_MODE, _MODES[config.mode])))
            self._port.write(struct.pack(">BH", _REGULATOR_MV, config.supply_mv))
        except BaseException:
            self.close()
            raise

    @property
    def supplies_board(self) -> bool:
        """Whether the board is fed through it."""
        return self._config.mode is SupplyMode.SOURCE

    def power(self, *, on: bool) -> None:
        """Switch the board's supply."""
        self._port.write(bytes((_DEVICE_POWER, int(on))))

    def start(self) -> None:
        """Begin capturing; returns when samples arrive, so that nothing after it is missed."""
        time.sleep(max(0.0, self._stopped_at + _RESTART_S - time.monotonic()))
        stream = Ppk2Stream(self._config.trigger_input)
        with self._port.changed:
            self._stream = stream
        self._port.write(_START)
        if not self._port.wait_until(lambda: stream.count > 0, Deadline.after(_ANSWER_S)):
            raise PowerError(f"The {self._port.name} sends no samples; unplug it and plug it in again.")

    def await_edges(self, count: int, tail_s: float, deadline: Deadline) -> None:
        """Wait until the capture holds `count` trigger edges and `tail_s` of samples after the last.

        Raises:
            PowerError: they did not come in time.
        """
        stream = self._capturing
        tail = round(tail_s * self.rate)

        def reached() -> bool:
            return len(stream.edges) >= count and stream.count >= stream.edges[-1].index + tail

        if not self._port.wait_until(reached, deadline):
            raise PowerError(
                f"The {self._port.name} did not see {count} trigger edges within {deadline.seconds:g} s "
                f"({stream.count} samples, {len(stream.edges)} edges); check the trigger wire."
            )

    def stop(self) -> PowerTrace:
        """End capturing and hand over what was captured since `start`."""
        stream = self._capturing
        self._port.write(_STOP)
        self._stopped_at = time.monotonic()
        with self._port.changed:
            self._stream = None
        supply_v = self._config.supply_mv / 1000
        return PowerTrace(
            current=self._calibration.amperes(stream.words, supply_v),
            voltage=np.full(stream.count, supply_v),
            rate=self.rate,
            edges=tuple(stream.edges),
            dropped=stream.dropped,
            gaps=tuple(stream.gaps),
        )

    def close(self) -> None:
        """Stop capturing and let go of the port; the board stays on; safe to call twice."""
        with contextlib.suppress(PowerError):
            self._port.write(_STOP)
        self._port.close()

    @property
    def _capturing(self) -> Ppk2Stream:
        if self._stream is None:
            raise PowerError(f"The {self._port.name} was not capturing.")
        return self._stream

    def _take(self, data: bytes) -> None:
        if self._stream is not None:
            self._stream.feed(data)
        else:
            self._text += data

    def _read_calibration(self) -> Calibration:
        for _ in range(_METADATA_TRIES):
            self._silence()
            self._port.write(_METADATA)
            if self._port.wait_until(lambda: _METADATA_END in self._text, Deadline.after(_ANSWER_S)):
                return Calibration.parse(self._text.decode("ascii", "replace"))
        raise PowerError(f"No {self._port.name} answers; check power.port in boards.yaml.")

    def _silence(self) -> None:
        """Stop a stream that an earlier user left running and discard its rest."""
        self._port.write(_STOP)
        deadline = Deadline.after(_ANSWER_S)
        still_talking = True
        while still_talking and not deadline.expired:
            with self._port.changed:
                self._text.clear()
            still_talking = self._port.wait_until(lambda: bool(self._text), Deadline.after(_QUIET_S))


def _identity(port: str, calibration: Calibration) -> str:
    device = str(Path(port).resolve())
    numbers = [known.serial_number for known in list_ports.comports() if known.device == device]
    number = f" {numbers[0]}" if numbers and numbers[0] else ""
    state = "calibrated" if calibration.calibrated else "uncalibrated"
    return f"PPK2{number} hardware {calibration.hardware or 'unknown'}, {state}"
