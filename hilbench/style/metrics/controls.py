"""Controls: pictures that nobody would call stylised, measured as stylised ones are.

A blur keeps more content than most models do, and the style picture itself has its style: a model counts
only where it is good at both.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from hilbench.style.metrics.judge import Pictures

_BLUR = 8


def blurred(pictures: Pictures, factor: int = _BLUR) -> Pictures:
    """Pictures scaled down and up again by a factor, by means and bilinear."""
    return _down_and_up(pictures, factor, Image.Resampling.BILINEAR)


def pixelated(pictures: Pictures, factor: int) -> Pictures:
    """Pictures of squares of so many pixels."""
    return _down_and_up(pictures, factor, Image.Resampling.NEAREST)


def _down_and_up(pictures: Pictures, factor: int, upwards: Image.Resampling) -> Pictures:
    height, width = pictures.shape[1:3]
    small = max(1, width // factor), max(1, height // factor)
    made = [
        Image.fromarray(each).resize(small, Image.Resampling.BOX).resize((width, height), upwards)
        for each in pictures
    ]
    return np.stack([np.asarray(each) for each in made])
