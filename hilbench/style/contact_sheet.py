"""Contact sheets: photographs above the pictures that the network makes of them, with the painting."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hilbench.errors import ConfigError
from hilbench.style.pictures import Picture

_GAP = 6
"""White pixels between pictures."""


def contact_sheet(painting: Picture, rows: Sequence[Sequence[Picture]]) -> Picture:
    """A sheet with the painting at the left of the first row.

    Args:
        painting: a square.
        rows: of squares of one size, as many in each row.
    """
    blank = np.full_like(painting, 255)
    lines = [_joined([painting if number == 0 else blank, *row], axis=1) for number, row in enumerate(rows)]
    return _joined(lines, axis=0)


def write_sheet(sheet: Picture, path: Path) -> None:
    """Write a sheet as PNG, whole or not at all, so that a viewer can follow it.

    Raises:
        ConfigError: it cannot be written.
    """
    from PIL import Image

    scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}.png")
    try:
        Image.fromarray(sheet).save(scratch)
        scratch.replace(path)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}.") from None
    finally:
        scratch.unlink(missing_ok=True)


def _joined(pictures: Sequence[Picture], axis: int) -> Picture:
    shape = list(pictures[0].shape)
    shape[axis] = _GAP
    gap = np.full(shape, 255, np.uint8)
    parts = [part for picture in pictures for part in (gap, picture)]
    return np.concatenate(parts[1:], axis=axis)
