"""Pixels: colors of the picture are those of the photograph, by the mean square of their differences."""

from __future__ import annotations

from typing import Literal

from hilbench.style.keras_backend import Tensor
from hilbench.style.losses.term import Loss, Target, Term, Views


class Pixel(Term):
    """Mean squared difference of colors from 0 to 1."""

    kind: Literal["pixel"] = "pixel"

    def prepare(self, _: Target) -> Loss:
        """The loss; the painting has no part in it."""
        from keras import ops

        def loss(views: Views) -> Tensor:
            return ops.mean(ops.square(views.output - views.content))

        return loss
