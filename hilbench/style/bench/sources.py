"""Sources of pictures: a file, a folder, a video, a camera."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from hilbench.errors import ConfigError
from hilbench.style.frames import camera_frames, is_video, read_frames, squared
from hilbench.style.pictures import Picture, load_square, picture_files


def pictures_of(
    image: Path | None, camera: int | None, frames: int, side: int
) -> Iterator[tuple[str, Picture]]:
    """Name and content of each picture, covering a square and cropped to it.

    Args:
        image: a picture, a folder of pictures, or a video; None for a camera.
        camera: its number; never tried on one.
        frames: most of a video or camera.
        side: of the square, pixels.

    Raises:
        ConfigError: neither or both are named, or one cannot be read.
    """
    if (image is None) == (camera is None):
        raise ConfigError("Which picture? Name one with --image, or a camera with --camera.")
    if camera is not None:
        yield from _numbered(f"camera {camera}", camera_frames(camera), frames, side)
    elif image is not None and image.is_file() and is_video(image):
        yield from _numbered(image.stem, read_frames(image), frames, side)
    elif image is not None:
        for path in picture_files(image):
            yield path.name, load_square(path, side)


def _numbered(name: str, frames: Iterable[Picture], count: int, side: int) -> Iterator[tuple[str, Picture]]:
    for index, frame in enumerate(islice(frames, count)):
        yield f"{name}-{index:05}", squared(frame, side)
