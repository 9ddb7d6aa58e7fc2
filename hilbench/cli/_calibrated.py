"""The chip of a virtual board as its calibration says."""

from __future__ import annotations

from pathlib import Path

from hilbench.boards import Board
from hilbench.calibration.document import load_calibration
from hilbench.chips import Chip
from hilbench.errors import ConfigError
from hilbench.virtual.parameters import with_parameters


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
