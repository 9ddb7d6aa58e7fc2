"""The clock that a device says it has, held against its chip's description and against the host's clock."""

from __future__ import annotations

from hilbench.boards.device import Device
from hilbench.boards.responses import DeviceInfo
from hilbench.chips import Chip
from hilbench.errors import MeasureError

_TOLERANCE = 0.02
"""Largest relative difference."""
_WINDOW_S = 2.0
"""Length of a check, s: the lines at its ends are late by milliseconds, a few tenths of a percent."""
_TRIES = 3
"""A host that is busy hears a line late, which is no fault of the device."""


def check_stated_clock(info: DeviceInfo, chip: Chip, board: str) -> None:
    """Refuse a device whose clock is not the one that its firmware sets on that chip.

    Raises:
        MeasureError: they differ.
    """
    if abs(info.clock_hz / chip.clock_hz - 1) > _TOLERANCE:
        raise MeasureError(
            f"'{board}' says that it runs at {info.clock_hz / 1e6:g} MHz, a {chip.name} runs at "
            f"{chip.clock_hz / 1e6:g} MHz; check its clock, or its entry in boards.yaml.",
            board=board,
        )


def check_real_clock(device: Device, info: DeviceInfo, board: str) -> float:
    """Hold the device's clock against the host's; how much faster it is than it says, relative.

    For a chip of silicon: the seconds of an emulated one are not the host's.

    Raises:
        MeasureError: they differ in every try.
        LinkError: the device does not answer.
    """
    deviations = []
    for _ in range(_TRIES):
        counted, seconds = device.clock(min(round(_WINDOW_S * info.clock_hz), 2**31 - 1))
        deviations.append(counted / (info.clock_hz * seconds) - 1 if seconds > 0 else float("inf"))
        if abs(deviations[-1]) <= _TOLERANCE:
            return deviations[-1]
    nearest = min(deviations, key=abs)
    raise MeasureError(
        f"The clock of '{board}' is {nearest:+.1%} off the {info.clock_hz / 1e6:g} MHz that it says, by the "
        "host's clock; check its oscillator and clock tree.",
        board=board,
    )
