"""Pictures of a user: files found, opened with one sentence about what is wrong, and brought to a size."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hilbench.errors import ConfigError

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

Picture = NDArray[np.uint8]
"""Height, width, and red, green and blue from 0 to 255 (sRGB)."""

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".ppm", ".tif", ".tiff", ".webp"})
"""Ends of the names of pictures that a folder is searched for."""
LEAST_SIDE = 16
"""Fewest pixels along a side of a picture that shows something."""
MOST_PIXELS = 150_000_000
"""Most pixels of a picture that is opened: more would take gigabytes."""
_HELD_OUT = 5
"""One picture in so many is kept from training, to be judged by."""


def picture_files(path: Path) -> list[Path]:
    """The file, or all pictures of a folder and its subfolders in the order of their names.

    Raises:
        ConfigError: there is no such path, or no picture in it.
    """
    if not path.exists():
        raise ConfigError(f"There is no {path}; name a picture or a folder of pictures.")
    if path.is_file():
        return [path]
    found = sorted(each for each in path.rglob("*") if each.is_file() and each.suffix.lower() in SUFFIXES)
    if not found:
        raise ConfigError(f"{path} holds no picture; name a folder with files like .jpg or .png.")
    return found


def split(files: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Pictures to train on, and those that training never sees: every fifth by name, from the fifth on.

    With fewer than five pictures there are none of the second kind.
    """
    names = sorted(files)
    held_out = names[_HELD_OUT - 1 :: _HELD_OUT]
    kept = set(held_out)
    return [each for each in names if each not in kept], held_out


def load_picture(path: Path, short_side: int | None = None) -> Picture:
    """A picture in sRGB, upright, without transparency; CMYK, gray and palettes are converted.

    Args:
        path: a file that Pillow reads.
        short_side: length that the shorter side is scaled to; None keeps the picture's size.

    Raises:
        ConfigError: it is no picture, damaged, too small or too large.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError  # late: the command line lists itself without

    try:
        with Image.open(path) as opened:
            width, height = opened.size
            _check(path, width, height)
            if short_side:  # JPEG is decoded at an eighth to a half where that is enough
                opened.draft("RGB", (2 * short_side, 2 * short_side))
            upright = ImageOps.exif_transpose(opened)
            converted = _opaque(upright)
    except UnidentifiedImageError:
        raise ConfigError(f"{path} is no picture; name a file like .jpg or .png.") from None
    except Image.DecompressionBombError:
        raise ConfigError(f"{path} has too many pixels; scale it down first.") from None
    except (OSError, ValueError, SyntaxError) as error:
        cause = getattr(error, "strerror", None) or error
        raise ConfigError(f"{path} cannot be read as a picture ({cause}); save it anew.") from None
    if short_side and min(converted.size) != short_side:
        factor = short_side / min(converted.size)
        width, height = (max(short_side, round(side * factor)) for side in converted.size)
        converted = converted.resize((width, height), Image.Resampling.LANCZOS)
    return np.asarray(converted, np.uint8)


def load_square(path: Path, side: int) -> Picture:
    """A picture scaled so that it covers a square, and cropped to it around its center.

    Raises:
        ConfigError: as `load_picture` raises it.
    """
    picture = load_picture(path, side)
    top, left = (picture.shape[0] - side) // 2, (picture.shape[1] - side) // 2
    return picture[top : top + side, left : left + side]


def save_picture(picture: Picture, path: Path) -> None:
    """Write a picture in the format that the end of its name says.

    Raises:
        ConfigError: the format is unknown, or the file cannot be written.
    """
    from PIL import Image

    try:
        Image.fromarray(picture).save(path)
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or error
        raise ConfigError(f"{path} cannot be written as a picture: {cause}.") from None


def _check(path: Path, width: int, height: int) -> None:
    if min(width, height) < LEAST_SIDE:
        raise ConfigError(
            f"{path} is {width}x{height} pixels; a picture needs {LEAST_SIDE} along each side at least."
        )
    if width * height > MOST_PIXELS:
        raise ConfigError(f"{path} is {width}x{height} pixels, which is too large; scale it down first.")


def _opaque(image: PillowImage) -> PillowImage:
    """The image in RGB; what is transparent lies on white."""
    from PIL import Image

    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return image.convert("RGB")
