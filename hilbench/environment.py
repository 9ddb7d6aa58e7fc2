"""The environment of a measurement: board, probe, meter and software that its figures depend on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

_DEVICE = "device_"
NO_METER = "none"
"""Meter of a board that has none."""


@dataclass(frozen=True, kw_only=True)
class Environment:
    """Facts about board, probe, meter and software; what is not known is empty.

    Attributes:
        probe: model of the debug probe.
        probe_id: its serial number, or the name of an emulated board.
        member: name of the board in its pool; empty for a board of its own.
        uid: unique id of the chip, hex.
        meter: model and state of the power meter, `none` where there is none.
        meter_serial: its serial number.
        calibration: digest of the calibration of an emulated board.
        clock_against_host: difference of the core's clock from the host's.
        twin_of: board that was asked for, where this is its virtual twin.
        hilbench: version.
        commit: git commit of the folder that a run was started in, `-dirty` where files differ from it.
        choice: how `auto` came to choose the variant.
        device: keys of the firmware's answer to `env`, as it stated them.
        further: keys that other versions of hilbench stored.
    """

    probe: str = ""
    probe_id: str = ""
    member: str = ""
    uid: str = ""
    meter: str = ""
    meter_serial: str = ""
    calibration: str = ""
    clock_against_host: str = ""
    twin_of: str = ""
    hilbench: str = ""
    commit: str = ""
    choice: str = ""
    device: Mapping[str, str] = field(default_factory=dict)
    further: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, values: Mapping[str, str]) -> Environment:
        """The environment whose `values` these are."""
        texts: dict[str, str] = {}
        device: dict[str, str] = {}
        further: dict[str, str] = {}
        for key, value in values.items():
            if key.startswith(_DEVICE):
                device[key.removeprefix(_DEVICE)] = value
            else:
                (texts if key in _TEXTS else further)[key] = value
        return cls(**texts, device=device, further=further)

    def values(self) -> dict[str, str]:
        """All facts as one level of keys and texts, as stores and documents keep them."""
        texts = {name: getattr(self, name) for name in _TEXTS if getattr(self, name)}
        return texts | {_DEVICE + key: value for key, value in self.device.items()} | dict(self.further)

    @property
    def has_meter(self) -> bool:
        """Whether energy can be measured."""
        return self.meter not in {"", NO_METER}

    @property
    def clock_hz(self) -> int | None:
        """Clock of the core; None before an image has run."""
        told = self.device.get("clock_hz")
        return int(told) if told else None

    @property
    def caches(self) -> str:
        """Caches that are on, as `icache+dcache`, or `off`; empty before an image has run."""
        told = [name for name in ("icache", "dcache") if name in self.device]
        enabled = [name for name in told if self.device[name] == "on"]
        return "+".join(enabled) or ("off" if told else "")


_TEXTS = tuple(each.name for each in fields(Environment) if each.name not in {"device", "further"})
