"""The schema of boards.yaml: what a laboratory says of its boards."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from hilbench.chips import Chip, load_chip
from hilbench.errors import ConfigError
from hilbench.files import UNKNOWN_KEY, StrictModel, problem, read_yaml
from hilbench.paths import BOARDS_FILE
from hilbench.power.config import MeterConfig
from hilbench.suggestions import alternatives, shown

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

    port: str
    """Path, glob or pyserial URL (`socket://HOST:PORT`)."""
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


class Board(StrictModel):
    """One entry of boards.yaml."""

    name: str
    boards_file: Path
    """File that the entry was read from; its path replaces `{boards}` in `launch`."""
    description: str
    chip_name: str = Field(alias="chip")
    probe: ProbeConfig = ProbeConfig()
    serial: SerialConfig | None = None
    power: MeterConfig | Literal["none"] = "none"
    launch: tuple[str, ...] = ()
    """Command that starts the board and prints where its wires are; empty for a board on the bench."""
    virtual: str | None = None
    """The entry that stands in when no probe is attached."""
    calibration: Path | None = None
    """File with the parameters of a virtual board's models; relative to boards.yaml."""
    deadlines: Deadlines = Deadlines()

    @field_validator("name")
    @classmethod
    def _names_a_file(cls, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise ValueError("must be up to 64 characters without a slash, and not begin with a dot")
        return name

    @model_validator(mode="after")
    def _has_a_serial_line(self) -> Board:
        if self.serial is None and not self.launch:
            raise ValueError("needs 'serial' (where its firmware talks) or 'launch' (what starts it)")
        return self

    @model_validator(mode="after")
    def _has_models_to_calibrate(self) -> Board:
        if self.calibration is not None and not self.launch:
            raise ValueError("has a 'calibration', which only a board with 'launch' can take")
        return self

    @cached_property
    def chip(self) -> Chip:
        """Description of the chip on the board."""
        return load_chip(self.chip_name)

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


def load_boards(path: Path = BOARDS_FILE) -> Mapping[str, Board]:
    """Every board that `path` describes, by name.

    Raises:
        ConfigError: the file cannot be read, or says something that the schema does not know.
    """
    boards = {name: _board(name, entry, path) for name, entry in _entries(path).items()}
    for board in boards.values():
        if board.virtual is None:
            continue
        names = f"{path}: boards.{board.name}.virtual names '{board.virtual}', which"
        if board.virtual not in boards:
            raise ConfigError(f"{names} is not in the file.")
        if not boards[board.virtual].launch:
            raise ConfigError(f"{names} has no 'launch' and so is no virtual board.")
    return boards


def get_board(boards: Mapping[str, Board], name: str) -> Board:
    """The board called `name`.

    Raises:
        ConfigError: there is none; the sentence lists those that there are.
    """
    if name not in boards:
        raise ConfigError(f"No board '{name}'{alternatives(name, boards)}")
    return boards[name]


def _entries(path: Path) -> dict[str, Any]:
    content = read_yaml(path, str(path))
    if not isinstance(content, dict) or not isinstance(content.get("boards"), dict):
        raise ConfigError(f"{path} needs a mapping 'boards:' with an entry a board.")
    if unknown := set(content) - {"boards"}:
        raise ConfigError(f"{path}: unknown key {min(map(shown, unknown))} beside 'boards'.")
    return {
        name if isinstance(name, str) else shown(name): entry for name, entry in content["boards"].items()
    }


def _board(name: str, entry: object, path: Path) -> Board:
    if not isinstance(entry, dict):
        raise ConfigError(f"{path}: boards.{name} must be a mapping.")
    for key in {"name", "boards_file"} & set(entry):
        raise ConfigError(f"{path}: boards.{name}.{key} {UNKNOWN_KEY}.")
    try:
        board = Board.model_validate({"name": name, "boards_file": path, **entry})
        _ = board.chip
    except ValidationError as error:
        raise ConfigError(f"{path}: {problem(error, 'boards', name)}.") from error
    return board
