"""Pictures that the tests make, and those that scikit-image ships."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

Pictures = NDArray[np.uint8]


@pytest.fixture(scope="session")
def photographs() -> Pictures:
    """Photographs of scikit-image at 96x96, uint8, shape (4, 96, 96, 3)."""
    data = pytest.importorskip("skimage.data")
    taken = [data.chelsea(), data.coffee(), data.astronaut(), data.rocket()]
    fitted = [ImageOps.fit(Image.fromarray(each), (96, 96), Image.Resampling.BILINEAR) for each in taken]
    return np.stack([np.asarray(each) for each in fitted])


@pytest.fixture(scope="session")
def painting() -> Pictures:
    """Coloured strokes at 96x96, uint8, shape (1, 96, 96, 3)."""
    height, width = np.mgrid[:96, :96]
    waves = np.stack([np.sin((height + shift * width) / (2 + shift)) for shift in (1, 2, 3)], -1)
    return ((waves + 1) * 127).astype(np.uint8)[None]
