"""Flicker: how much a stylised picture changes where its content only moves.

The error of a motion is the root mean square difference between the stylised moved content and the moved
stylised content, over the standard deviation of the stylised picture: 0 where strokes move with the content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilbench.extras import require
from hilbench.style.metrics.judge import Pictures
from hilbench.style.metrics.moments import Numbers
from hilbench.style.pictures import Picture, load_square

Paint = Callable[[Pictures], Pictures]

PAN = (1, 2)
"""Pixels that the content of a pan moves, down and to the right."""
ZOOM = 1.02
"""Factor of a zoom around the center."""
NOISE = 4.0
"""Standard deviation of a noise on the content, of 255 steps."""
_BORDER = 8
"""Pixels at the border that count nothing: what moves in there was not seen before."""
_SEED = 0xF11C


def pan_errors(paint: Paint, files: Sequence[Path], side: int) -> Numbers:
    """Error after a pan of `PAN` pixels, exact as no pixel is interpolated, shape (n,)."""
    down, right = PAN
    wide = np.stack([load_square(each, side + max(PAN)) for each in files])
    first = paint(np.ascontiguousarray(wide[:, :side, :side]))
    second = paint(np.ascontiguousarray(wide[:, down : down + side, right : right + side]))
    return _errors(second[:, : side - down, : side - right], first[:, down:, right:], first)


def zoom_errors(paint: Paint, contents: Pictures) -> Numbers:
    """Error after a zoom by `ZOOM`, content and stylised picture resampled alike, shape (n,)."""
    first = paint(contents)
    second = paint(np.stack([_zoomed(each) for each in contents]))
    return _errors(second, np.stack([_zoomed(each) for each in first]), first)


def noise_errors(paint: Paint, contents: Pictures) -> Numbers:
    """Error after a noise of `NOISE` steps, as a camera has between two frames, shape (n,)."""
    random = np.random.default_rng(_SEED)
    noisy = contents + random.normal(scale=NOISE, size=contents.shape)
    first = paint(contents)
    return _errors(paint(noisy.round().clip(0, 255).astype(np.uint8)), first, first)


def flow_errors(frames: Iterable[tuple[Picture, Picture]]) -> Iterator[float]:
    """Error between each two frames of a video, moved by the optical flow of the content.

    Flow by Farnebäck's method, of OpenCV; pixels that do not flow back to where they came from by half a
    pixel count nothing (Ruder, Dosovitskiy and Brox, "Artistic style transfer for videos", 2016).

    Args:
        frames: content and stylised picture of each.

    Raises:
        ExtraMissing: OpenCV is not installed.
    """
    vision = _opencv()
    for (content, painted), (next_content, next_painted) in pairwise(frames):
        gray, next_gray = (vision.cvtColor(each, vision.COLOR_RGB2GRAY) for each in (content, next_content))
        # For each pixel of the next frame its place in this one.
        back = vision.calcOpticalFlowFarneback(next_gray, gray, None, 0.5, 3, 15, 3, 5, 1.2, 0)
        forth = vision.calcOpticalFlowFarneback(gray, next_gray, None, 0.5, 3, 15, 3, 5, 1.2, 0)
        places = np.indices(gray.shape, np.float32)[::-1].transpose(1, 2, 0) + back
        moved = _sampled(vision, painted, places).astype(np.float64)
        astray = np.linalg.norm(back + _sampled(vision, forth, places), axis=-1)
        inside = ((places >= 0) & (places <= np.array(gray.shape[::-1]) - 1)).all(-1)
        seen = inside & (astray < 0.5)
        if seen.any():
            error = np.sqrt(((moved - next_painted)[seen] ** 2).mean())
            yield float(error / max(painted.std(), 1e-9))


def _errors(actual: Pictures, expected: Pictures, painted: Pictures) -> Numbers:
    inner = (slice(None), slice(_BORDER, -_BORDER), slice(_BORDER, -_BORDER))
    squares = (actual[inner].astype(np.float64) - expected[inner]) ** 2
    errors: Numbers = np.sqrt(squares.mean((1, 2, 3))) / np.maximum(painted.std((1, 2, 3)), 1e-9)
    return errors


def _zoomed(picture: Picture) -> Picture:
    from PIL import Image

    side = picture.shape[0]
    margin = (side - side / ZOOM) / 2
    box = (margin, margin, side - margin, side - margin)
    zoomed = Image.fromarray(picture).resize((side, side), Image.Resampling.BICUBIC, box)
    return np.asarray(zoomed, np.uint8)


def _sampled(vision: Any, picture: NDArray[Any], places: NDArray[np.float32]) -> NDArray[Any]:  # noqa: ANN401
    sampled: NDArray[Any] = vision.remap(picture, places, None, vision.INTER_LINEAR)
    return sampled


def _opencv() -> Any:  # noqa: ANN401  # optional, and loaded late
    require("cv2")
    import cv2

    return cv2
