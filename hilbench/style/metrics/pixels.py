"""Metrics of pixels: chroma against the content, and int8 against float."""

from __future__ import annotations

from typing import Any

import numpy as np

from hilbench.extras import require
from hilbench.style.metrics.judge import Pictures
from hilbench.style.metrics.moments import Numbers

_LARGEST = 255.0


def chroma_difference(pictures: Pictures, content: Pictures) -> Numbers:
    """Mean distance of pixels from the content's in a* and b* of CIELAB (D65), shape (n,).

    A distance of 2 is just seen. Lightness counts nothing: strokes may change it.
    """
    color = _skimage().color
    apart = color.rgb2lab(pictures)[..., 1:] - color.rgb2lab(content)[..., 1:]
    mean: Numbers = np.linalg.norm(apart, axis=-1).mean((1, 2))
    return mean


def peak_signal_to_noise(pictures: Pictures, reference: Pictures) -> Numbers:
    """Peak signal-to-noise ratio in dB against the reference, shape (n,); infinite where they are equal."""
    error = ((pictures.astype(np.float64) - reference) ** 2).mean((1, 2, 3))
    with np.errstate(divide="ignore"):
        ratio: Numbers = 10 * np.log10(_LARGEST**2 / error)
    return ratio


def structural_similarity(pictures: Pictures, reference: Pictures) -> Numbers:
    """SSIM against the reference, with Gaussian windows, shape (n,).

    Source: Wang et al., "Image quality assessment: from error visibility to structural similarity", 2004.
    """
    metric = _skimage().metrics.structural_similarity
    chosen = {"channel_axis": 2, "gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    pairs = zip(pictures, reference, strict=True)
    return np.array([metric(*pair, data_range=int(_LARGEST), **chosen) for pair in pairs], np.float64)


def _skimage() -> Any:  # noqa: ANN401  # a package without types, loaded late
    require("skimage")
    import skimage.color
    import skimage.metrics

    return skimage
