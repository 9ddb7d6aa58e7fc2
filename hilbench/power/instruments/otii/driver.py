"""Otii Arc and Ace: a recording of current, voltage and one digital input, fetched when it has ended."""

from __future__ import annotations

import contextlib
import time

import numpy as np
from numpy.typing import NDArray

from hilbench.deadline import Clock, Deadline
from hilbench.errors import PowerError
from hilbench.power.instruments.otii import OtiiConfig
from hilbench.power.instruments.otii.connection import Fields, OtiiConnection
from hilbench.power.trace import Edge, PowerTrace

_TYPES = ("Arc", "Ace", "Simulator")
_SEARCH_S = 5
_CHUNK = 40_000
"""Values a request, as the vendor's client asks for them."""
_FLUSH_S = 0.1
"""Time that the server is given to take in the last samples."""
_MOST_A = 5.5
"""Current that no Otii measures, A."""
_RATE_TOLERANCE = 0.02


class Otii:
    """One device of an Otii server.

    Attributes:
        identity: type, name and version.
        serial_number: id of the device.
        rate: samples a second that are asked for.

    Raises:
        PowerError: no server, no device, or a setting that is refused.
    """

    def __init__(self, config: OtiiConfig, address: str, clock: Clock = time.monotonic) -> None:
        self._config = config
        self.rate = float(config.rate_hz)
        self._recorded: PowerTrace | None = None
        self._recording = False
        self._server = OtiiConnection(address)
        try:
            self._find()
            self._set_up()
        except BaseException:
            self.close()
            raise

    def power(self, *, on: bool) -> None:
        """Switch the main output, in source mode."""
        if self._config.supplies_board:
            self._arc("arc_set_main", enable=on)

    def start(self) -> None:
        """Begin a recording."""
        self._recorded = None
        self._server.ask("project_start_recording", project_id=self._project)
        self._recording = True

    def await_edges(self, count: int, tail_s: float, deadline: Deadline) -> None:
        """Wait for the tail, end the recording, fetch it, and see that it holds the edges.

        Raises:
            PowerError: it does not.
        """
        time.sleep(tail_s + _FLUSH_S)
        trace = self._end()
        if len(trace.edges) < count:
            raise PowerError(
                f"The {self._server.name} recorded {len(trace.edges)} of {count} trigger edges "
                f"({len(trace)} samples); check the trigger wire to GPI{self._config.trigger_input} and the "
                "voltage of the expansion port."
            )

    def stop(self) -> PowerTrace:
        """End the recording and hand it over."""
        return self._recorded if self._recorded is not None else self._end()

    def close(self) -> None:
        """End what is being recorded and let go of the server; the board stays on; safe to call twice."""
        if self._recording:
            with contextlib.suppress(PowerError):
                self._server.ask("project_stop_recording", project_id=self._project)
        self._recording = False
        self._server.close()

    def _find(self) -> None:
        found = self._server.ask("otii_get_devices", timeout=_SEARCH_S).get("devices")
        devices = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
        devices = [each for each in devices if each.get("type") in _TYPES]
        wanted = self._config.device
        chosen = [each for each in devices if wanted in (None, each.get("name"), each.get("device_id"))]
        if len(chosen) != 1:
            seen = ", ".join(str(each.get("name")) for each in devices) or "none"
            what = f"'{wanted}'" if wanted else "device to take"
            raise PowerError(
                f"The {self._server.name} has no one {what} (there are: {seen}); set power.device."
            )
        (device,) = chosen
        self.serial_number = str(device["device_id"])
        version = self._arc("arc_get_version")
        numbers = " ".join(f"{part} {version[key]}" for key, part in _VERSIONS.items() if key in version)
        self.identity = f"Otii {device.get('type')} {device.get('name')} {numbers}".strip()
        self._is_ace = device.get("type") == "Ace"

    def _set_up(self) -> None:
        config = self._config
        project = self._server.ask("otii_get_active_project").get("project_id", -1)
        if project == -1:
            project = self._server.ask("otii_create_project").get("project_id", -1)
        self._project = project
        self._arc("arc_add_to_project")
        volts = config.supply_mv / 1000
        if config.supplies_board:
            self._arc("arc_set_main_voltage", value=volts)
            self._arc("arc_set_max_current", value=config.current_limit_ma / 1000)
        self._arc("arc_set_exp_voltage", value=min(max(volts, 1.2), 5.0))
        self._arc("arc_enable_exp_port", enable=True)
        for channel in ("mc", "mv", self._trigger):
            self._arc("arc_enable_channel", channel=channel, enable=True)
        if self._is_ace:
            for channel in ("mc", "mv"):
                self._arc("arc_set_channel_samplerate", channel=channel, value=config.rate_hz)

    @property
    def _trigger(self) -> str:
        return f"i{self._config.trigger_input}"

    def _arc(self, command: str, **data: object) -> Fields:
        return self._server.ask(command, device_id=self.serial_number, **data)

    def _end(self) -> PowerTrace:
        if not self._recording:
            raise PowerError(f"The {self._server.name} was not capturing.")
        self._recording = False
        self._server.ask("project_stop_recording", project_id=self._project)
        recording = self._server.ask("project_get_last_recording", project_id=self._project)
        identifier = recording.get("recording_id", -1)
        if identifier == -1:
            raise PowerError(f"The {self._server.name} has no recording to hand over.")
        current, began, interval = self._analog(identifier, "mc")
        voltage = self._voltage(identifier, began, interval, len(current))
        if len(current) and np.nanmax(np.abs(current)) > _MOST_A:
            raise PowerError(
                f"The {self._server.name} hands over {np.nanmax(np.abs(current)):g} as a current in amperes, "
                f"and an Otii measures {_MOST_A - 0.5:g} A at most."
            )
        unknown = np.flatnonzero(~np.isfinite(current) | ~np.isfinite(voltage))
        self._recorded = PowerTrace(
            np.nan_to_num(current),
            np.nan_to_num(voltage),
            1 / interval,
            edges=self._edges(identifier, began, interval, len(current)),
            dropped=len(unknown),
            gaps=tuple((unknown + 1).tolist()),
        )
        return self._recorded

    def _analog(self, recording: object, channel: str) -> tuple[NDArray[np.float64], float, float]:
        """Values of a channel, time of the first in s, and the interval between two in s."""
        count = self._count(recording, channel)
        pieces, began, interval = [], 0.0, 1 / self.rate
        for index in range(0, count, _CHUNK):
            data = self._channel(
                "recording_get_channel_data",
                recording,
                channel,
                index=index,
                count=min(_CHUNK, count - index),
            )
            try:
                pieces.append(np.array(data["values"], float))
            except (KeyError, TypeError, ValueError) as error:
                raise PowerError(f"The {self._server.name} hands over no numbers for '{channel}'.") from error
            if not index:
                began, interval = _number(data.get("timestamp")), _number(data.get("interval"))
        if not np.isfinite([began, interval]).all() or interval <= 0:
            raise PowerError(f"The {self._server.name} hands over '{channel}' without its times.")
        if abs(interval * self.rate - 1) > _RATE_TOLERANCE and channel == "mc":
            raise PowerError(
                f"The {self._server.name} records {1 / interval:g} samples a second; "
                "set power.rate_hz to that."
            )
        return np.concatenate(pieces) if pieces else np.empty(0), began, interval

    def _voltage(self, recording: object, began: float, interval: float, count: int) -> NDArray[np.float64]:
        """Voltage at each sample of the current, V; it may be sampled more slowly."""
        values, first, step = self._analog(recording, "mv")
        if not len(values):
            raise PowerError(f"The {self._server.name} recorded no voltage.")
        own = first + np.arange(len(values)) * step
        volts: NDArray[np.float64] = np.interp(began + np.arange(count) * interval, own, values)
        return volts

    def _edges(self, recording: object, began: float, interval: float, count: int) -> tuple[Edge, ...]:
        """Changes of the trigger, which idles high."""
        total = self._count(recording, self._trigger)
        if not total:
            return ()
        data = self._channel("recording_get_channel_data", recording, self._trigger, index=0, count=total)
        found, level = [], True
        events = data.get("values")
        for event in events if isinstance(events, list) else ():
            try:
                at, high = float(event["timestamp"]), bool(event["value"])
                index = round((at - began) / interval)
            except (KeyError, TypeError, ValueError, OverflowError) as error:
                raise PowerError(f"The {self._server.name} hands over no events for the trigger.") from error
            if high != level and 0 <= index <= count:
                found.append(Edge(index, rising=high))
            level = high
        return tuple(found)

    def _count(self, recording: object, channel: str) -> int:
        data = self._channel("recording_get_channel_data_count", recording, channel)
        count = _number(data.get("count"))
        if not 0 <= count < 1e10:
            raise PowerError(f"The {self._server.name} does not say how many values '{channel}' has.")
        return int(count)

    def _channel(self, command: str, recording: object, channel: str, **data: object) -> Fields:
        return self._arc(command, recording_id=recording, channel=channel, **data)


_VERSIONS = {"hw_version": "hardware", "fw_version": "firmware"}


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else float("nan")
