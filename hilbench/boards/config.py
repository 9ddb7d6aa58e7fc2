"""Schema of boards.yaml, in which a laboratory describes its boards."""

from __future__ import annotations

import hashlib
import re
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from hilbench.chips import Chip, HardwareConfig, Setup, load_chip, load_chip_file, resolve_setup
from hilbench.errors import ConfigError
from hilbench.files import StrictModel
from hilbench.power.config import MeterConfig

_NAME = re.compile(r"[^\x00-\x1f\x7f/.][^\x00-\x1f\x7f/]{0,63}")
"""Name of a board, which locks, runs and folders of reports are called by."""

_DAY_S = 86_400


class ProbeConfig(StrictModel):
    """The debug probe; without `unique_id`, the one attached probe whose target matches."""

    unique_id: str | None = None
    """Id as `pyocd list` prints it, or `remote:HOST:PORT`; then it is this probe or an error."""
    frequency_hz: int = Field(default=4_000_000, gt=0, le=1_000_000_000)
    """Clock of the debug wire."""


class SerialConfig(StrictModel):
    """The serial line that the firmware talks over."""

    port: str | None = None
    """Path, glob or pyserial URL (`socket://HOST:PORT`); None where the board's provider says it."""
    baud: int = Field(default=115_200, gt=0, le=100_000_000)
    """Rate at which the firmware starts."""
    fast_baud: int | None = Field(default=None, gt=0, le=100_000_000)
    """Rate to agree on once it runs; None stays with `baud`."""


class Deadlines(StrictModel):
    """Seconds that each stage may take before it is an error."""

    launch_s: float = Field(default=20.0, gt=0, le=_DAY_S)
    probe_s: float = Field(default=10.0, gt=0, le=_DAY_S)
    """Time for one transfer of a remote probe, s."""
    flash_s: float = Field(default=60.0, gt=0, le=_DAY_S)
    boot_s: float = Field(default=10.0, gt=0, le=_DAY_S)
    link_s: float = Field(default=5.0, gt=0, le=_DAY_S)
    """Time for one command that computes nothing, s."""
    measure_s: float = Field(default=120.0, gt=0, le=_DAY_S)
    """Time for one command that runs a case, s."""
    power_s: float = Field(default=10.0, gt=0, le=_DAY_S)


class BoardConfig(StrictModel):
    """One entry of boards.yaml, without its provider."""

    name: str
    boards_file: Path
    """File that the entry was read from; its path replaces `{boards}` in `launch`."""
    description: str
    chip_name: str = Field(alias="chip")
    probe: ProbeConfig = ProbeConfig()
    serial: SerialConfig | None = None
    power: MeterConfig | Literal["none"] = "none"
    virtual: str | None = None
    """The entry that stands in when no probe is attached."""
    calibration: Path | None = None
    """File with the parameters of a virtual board's models; relative to boards.yaml."""
    deadlines: Deadlines = Deadlines()
    hardware: HardwareConfig | None = None
    """UART, pins and clocks that differ from the board that the chip's firmware is made for."""
    firmware: Path | None = None
    """Folder of firmware that takes the place of files of the same name; relative to boards.yaml."""

    @field_validator("name")
    @classmethod
    def _names_a_file(cls, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise ValueError("must be up to 64 characters without a slash, and not begin with a dot")
        return name

    @cached_property
    def chip(self) -> Chip:
        """Description of the chip on the board, with the board's own pins, clock and firmware.

        Raises:
            ConfigError: no such chip is described, or it has no such pins or clock.
        """
        is_file = self.chip_name.endswith(".yaml")
        chip = (
            load_chip_file(self.boards_file.parent / self.chip_name) if is_file else load_chip(self.chip_name)
        )
        if self.firmware is not None:
            chip = chip.model_copy(update={"overlay": self.boards_file.parent / self.firmware})
        if self.hardware is None:
            return chip
        try:
            setup = resolve_setup(chip.name, self.hardware)
        except ConfigError as error:
            raise ConfigError(f"{self.boards_file}: boards.{self.name}.hardware: {error}") from error
        hertz = setup.clock.core_hz if isinstance(setup, Setup) else chip.clock_hz
        return chip.model_copy(update={"setup": setup, "clock_hz": hertz})

    @property
    def supply_volts(self) -> float | None:
        """Supply voltage that the board's meter feeds or sees, V; None without a meter."""
        return None if self.power == "none" else self.power.supply_mv / 1000

    @property
    def calibration_file(self) -> Path | None:
        """Path of the board's calibration; None where it has none."""
        return None if self.calibration is None else self.boards_file.parent / self.calibration

    @property
    def calibration_digest(self) -> str | None:
        """Name and the first digits of the SHA-256 of that file, which its figures depend on.

        Raises:
            ConfigError: it cannot be read.
        """
        path = self.calibration_file
        if path is None:
            return None
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ConfigError(
                f"Cannot read the calibration {path} of '{self.name}': {error.strerror}.", board=self.name
            ) from error
        return f"{path.name} {hashlib.sha256(content).hexdigest()[:12]}"
