"""Total variation: neighboring pixels differ little.

Rudin, Osher and Fatemi, "Nonlinear total variation based noise removal algorithms" (1992); as a loss of style
transfer Johnson and others, arXiv:1603.08155, section 3.2.
"""

from __future__ import annotations

from typing import Literal

from hilbench.style.keras_backend import Tensor
from hilbench.style.losses.term import Loss, Target, Term, Views


class Variation(Term):
    """Mean absolute difference of neighbors along both axes."""

    kind: Literal["variation"] = "variation"

    def prepare(self, _: Target) -> Loss:
        """The loss; the painting has no part in it."""
        from keras import ops

        def loss(views: Views) -> Tensor:
            output = views.output
            down = ops.mean(ops.abs(output[:, 1:] - output[:, :-1]))
            across = ops.mean(ops.abs(output[:, :, 1:] - output[:, :, :-1]))
            return down + across

        return loss
