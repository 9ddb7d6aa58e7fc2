"""Steadiness of video: a photograph that is shifted and noisy gives the same picture, shifted.

After Ruder, Dosovitskiy and Brox (arXiv:1604.08610), whose warp is by optical flow; here it is a shift by
whole pixels that is known, so that single photographs will do. Noise alone does not see the aliasing of
strided layers, which is most of the flicker after a pan.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from hilbench.style.keras_backend import Tensor
from hilbench.style.losses.term import Loss, Target, Term, Views


class Temporal(Term):
    """Mean squared difference of a shifted picture and the picture of a shifted, noisy photograph.

    Attributes:
        shift: most pixels along each axis.
        noise: standard deviation of what is added to colors from 0 to 1.
        border: pixels along the border that do not count, as other things lie beyond it after a shift.
    """

    kind: Literal["temporal"] = "temporal"
    shift: int = Field(3, ge=0)
    noise: float = Field(0.02, ge=0)
    border: int = Field(8, ge=0)

    def prepare(self, _: Target) -> Loss:
        """The loss; the painting has no part in it."""
        import keras
        from keras import ops

        seeds = keras.random.SeedGenerator(0)

        def loss(views: Views) -> Tensor:
            offsets = keras.random.randint((2,), -self.shift, self.shift + 1, seed=seeds)
            moved = _rolled(views.content, offsets)
            noise = keras.random.normal(ops.shape(moved), stddev=self.noise, seed=seeds)
            made = views.stylize(ops.clip(moved + noise, 0.0, 1.0))
            wanted = _rolled(views.output, offsets)
            edge = self.border + self.shift
            inner = (made - wanted)[:, edge:-edge, edge:-edge] if edge else made - wanted
            return ops.mean(ops.square(inner))

        return loss


def _rolled(pictures: Tensor, offsets: Any) -> Tensor:  # noqa: ANN401
    """Pictures shifted by offsets of rows and columns; what leaves comes in again at the other side."""
    from keras import ops

    height, width = pictures.shape[1:3]
    rows = ops.mod(ops.arange(height) - offsets[0], height)
    columns = ops.mod(ops.arange(width) - offsets[1], width)
    return ops.take(ops.take(pictures, rows, axis=1), columns, axis=2)
