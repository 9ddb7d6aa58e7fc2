"""The calibration file: fitted parameters with all that a reader needs to judge them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from hilbench.boards import Board
from hilbench.chips import Chip
from hilbench.errors import ConfigError
from hilbench.files import StrictModel, problem, read_yaml, write_whole
from hilbench.provenance import Provenance
from hilbench.virtual.parameters import with_parameters

_HEAD = """\
# Written by `hilbench calibrate`. A virtual board whose entry in boards.yaml names this file under
# `calibration` takes its parameters from here. Errors are in %, model over measurement less 1.
"""


class FittedParameter(StrictModel):
    """One parameter of a model."""

    value: float
    standard_error: float | None = None
    """Standard error of `value`; None where somebody wrote the value by hand."""
    default: float | None = None
    """Value that the model takes without calibration."""
    identified: bool = True
    """Whether the micro-kernels identify the parameter alone; else only what it does together with others."""


class FigureError(StrictModel):
    """Error of the models against one measured figure, before and after the fit, %."""

    case: str
    placement: str
    quantity: str
    """`cycles`, `power` or `idle power`."""
    before: float
    after: float


class Calibration(StrictModel):
    """The content of a calibration file."""

    chip: str
    board: str | None = None
    """Board that the measurements were made on."""
    provenance: Provenance | None = None
    """Provenance of the measurements: an emulated board calibrates nothing but itself."""
    run: str | None = None
    """Id of the stored run with the measurements."""
    date: datetime | None = None
    toolchain: str | None = None
    hilbench: str | None = None
    parameters: dict[str, FittedParameter]
    residuals: tuple[FigureError, ...] = ()
    """Errors for the micro-kernels that the parameters were fitted to."""
    held_out: tuple[FigureError, ...] = ()
    """Errors for operators that the fit did not see."""

    @property
    def values(self) -> Mapping[str, float]:
        """Value of each parameter."""
        return {name: parameter.value for name, parameter in self.parameters.items()}


def load_calibration(path: Path, chip: str) -> Calibration:
    """The calibration of `chip` in the file at `path`.

    Raises:
        ConfigError: it cannot be read, says what no calibration says, or is another chip's.
    """
    content = read_yaml(path, f"the calibration {path}")
    try:
        calibration = Calibration.model_validate(content)
    except ValidationError as error:
        raise ConfigError(f"The calibration {path}: {problem(error)}.") from error
    if calibration.chip != chip:
        raise ConfigError(
            f"The calibration {path} is of a {calibration.chip}, the board has a {chip}; name one of its own."
        )
    return calibration


def write_calibration(calibration: Calibration, path: Path) -> None:
    """Write it as YAML, whole or not at all.

    Raises:
        ConfigError: the file cannot be written.
    """
    content: dict[str, Any] = calibration.model_dump(mode="json", exclude_none=True)
    text = _HEAD + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)
    try:
        write_whole(path, text)
    except OSError as error:
        raise ConfigError(f"Cannot write the calibration {path}: {error.strerror}.") from error


def calibrated_chip(board: Board, file: Path | None = None) -> Chip:
    """The chip of a virtual board, with the parameters of `file` or of the file that its entry names.

    Raises:
        ConfigError: the file cannot be read, is another chip's, or names what the chip has not.
    """
    path = file or board.calibration_file
    if path is None:
        return board.chip
    values = load_calibration(path, board.chip.name).values
    try:
        return with_parameters(board.chip, values)
    except ConfigError as error:
        raise ConfigError(f"The calibration {path}: {error}") from error
