"""Nordic Power Profiler Kit II: 100 kS/s of current with eight digital inputs in every sample.

Commands and stream as in Nordic's nRF Connect Power Profiler.
"""

from __future__ import annotations

import contextlib
import struct
import time

from hilbench.deadline import Clock
from hilbench.errors import PowerError
from hilbench.power.config import SupplyMode
from hilbench.power.instruments.ppk2 import Ppk2Config
from hilbench.power.instruments.ppk2.calibration import Calibration
from hilbench.power.instruments.ppk2.stream import Ppk2Stream
from hilbench.power.streaming import StreamingMeter
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


class Ppk2(StreamingMeter[Ppk2Stream]):
    """One PPK2 on a serial port.

    Attributes:
        identity: model, serial number, hardware and calibration state.
        rate: samples a second.

    Raises:
        PowerError: the port does not open, or what answers is no PPK2.
    """

    rate = 100_000.0

    def __init__(self, config: Ppk2Config, port: str, clock: Clock = time.monotonic) -> None:
        super().__init__("PPK2", config, port, _ANY_BAUD, clock)
        self._trigger_input = config.trigger_input
        self._stopped_at = -_RESTART_S
        try:
            self._calibration = self._read_calibration()
            self.identity = _identity(self.serial_number, self._calibration)
            self._port.write(bytes((_MODE, _MODES[config.mode])))
            self._port.write(struct.pack(">BH", _REGULATOR_MV, config.supply_mv))
        except BaseException:
            self.close()
            raise

    def power(self, *, on: bool) -> None:
        """Switch the board's supply."""
        self._port.write(bytes((_DEVICE_POWER, int(on))))

    def start(self) -> None:
        """Begin capturing; returns when samples arrive, so that nothing after it is missed."""
        time.sleep(max(0.0, self._stopped_at + _RESTART_S - time.monotonic()))
        stream = Ppk2Stream(self._trigger_input)
        with self._port.changed:
            self._stream = stream
        self._port.write(_START)
        if not self._port.wait_until(lambda: stream.count > 0, self._within(_ANSWER_S)):
            raise PowerError(f"The {self._port.name} sends no samples; unplug it and plug it in again.")

    def stop(self) -> PowerTrace:
        """End capturing and hand over what was captured since `start`."""
        stream = self._capturing
        self._port.write(_STOP)
        self._stopped_at = time.monotonic()
        with self._port.changed:
            self._stream = None
        return self._trace(stream, self._calibration.amperes(stream.words, self._supply_v))

    def close(self) -> None:
        """Stop capturing and let go of the port; the board stays on; safe to call twice."""
        with contextlib.suppress(PowerError):
            self._port.write(_STOP)
        self._port.close()

    def _read_calibration(self) -> Calibration:
        for _ in range(_METADATA_TRIES):
            self._silence(_STOP, _QUIET_S)
            self._port.write(_METADATA)
            if self._port.wait_until(lambda: _METADATA_END in self._text, self._within(_ANSWER_S)):
                return Calibration.parse(self._text.decode("ascii", "replace"))
        raise PowerError(f"No {self._port.name} answers; check power.port in boards.yaml.")


def _identity(serial_number: str, calibration: Calibration) -> str:
    number = f" {serial_number}" if serial_number else ""
    state = "calibrated" if calibration.calibrated else "uncalibrated"
    return f"PPK2{number} hardware {calibration.hardware or 'unknown'}, {state}"
