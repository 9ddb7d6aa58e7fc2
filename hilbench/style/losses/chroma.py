"""Chroma: the picture keeps the photograph's colors, compared in CIELAB (CIE 15:2004, D65) without lightness.

Colors of the painting are given up for that, as in the color-preserving style transfer of Gatys and others
(arXiv:1606.05897); a distance below a tolerance costs nothing, so that strokes may differ in color.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from hilbench.style.keras_backend import Tensor
from hilbench.style.losses.term import Loss, Target, Term, Views

_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]],
    np.float32,
)
"""Linear sRGB to XYZ (IEC 61966-2-1)."""
_WHITE = np.array([0.95047, 1.0, 1.08883], np.float32)
"""XYZ of the white D65."""
_UNIT = 100.0
"""Divisor of distances, so that weights are of the order of those of other terms."""


class Chroma(Term):
    """Mean distance in the plane of a* and b* beyond a tolerance, in hundreds.

    Attributes:
        tolerance: distance up to which nothing is charged.
        pool: side of squares of pixels whose colors are averaged before they are compared.
    """

    kind: Literal["chroma"] = "chroma"
    tolerance: float = Field(0.0, ge=0)
    pool: int = Field(1, ge=1)

    def prepare(self, _: Target) -> Loss:
        """The loss; the painting has no part in it."""
        from keras import ops

        def loss(views: Views) -> Tensor:
            difference = chroma(self._pooled(views.output)) - chroma(self._pooled(views.content))
            distance = ops.sqrt(ops.sum(ops.square(difference), axis=-1) + 1e-4)
            return ops.mean(ops.relu(distance - self.tolerance)) / _UNIT

        return loss

    def _pooled(self, pictures: Tensor) -> Tensor:
        from keras import ops

        return ops.average_pool(pictures, self.pool) if self.pool > 1 else pictures


def chroma(pictures: Tensor) -> Tensor:
    """The a* and b* of pictures in sRGB from 0 to 1: batch, height, width, 2."""
    from keras import ops

    dark = pictures / 12.92
    bright = ops.power((ops.maximum(pictures, 0.04045) + 0.055) / 1.055, 2.4)
    linear = ops.where(pictures <= 0.04045, dark, bright)
    xyz = ops.divide(ops.matmul(linear, _TO_XYZ.T), _WHITE)
    threshold = (6 / 29) ** 3
    root = ops.power(ops.maximum(xyz, threshold), 1 / 3)
    curve = ops.where(xyz > threshold, root, xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = curve[..., 0], curve[..., 1], curve[..., 2]
    return ops.stack([500 * (x - y), 200 * (y - z)], axis=-1)
