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
    height, width = pictures.shape[1:3]
    small = max(1, width // factor), max(1, height // factor)
    made = [
        Image.fromarray(each)
        .resize(small, Image.Resampling.BOX)
        .resize((width, height), Image.Resampling.BILINEAR)
        for each in pictures
    ]
    return np.stack([np.asarray(each) for each in made])
