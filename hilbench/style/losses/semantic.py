"""Meaning: a network that recognizes things sees in the picture what it sees in the photograph.

With CLIP's image encoder this is the cosine distance of embeddings (as in CLIPstyler, arXiv:2112.00374, which
has it towards a text); with a classifier it is that of the scores of its classes at each place of their map,
before they are averaged.
"""

from __future__ import annotations

from typing import Literal

from hilbench.style.keras_backend import Tensor
from hilbench.style.losses.term import FeatureTerm, Layers, Loss, Target, Views


class Semantic(FeatureTerm):
    """Mean cosine distance of scores, their mean over classes taken off."""

    kind: Literal["semantic"] = "semantic"
    backbone: str = "squeezenet"
    from_layers: Layers = ("logits",)

    def prepare(self, _: Target) -> Loss:
        """The loss; the painting has no part in it."""
        from keras import ops

        def loss(views: Views) -> Tensor:
            made, given = views.output_features(self.backbone), views.content_features(self.backbone)
            distances = [1.0 - ops.mean(_cosine(made[layer], given[layer])) for layer in self.from_layers]
            return sum(distances) / len(distances)

        return loss


def _cosine(first: Tensor, second: Tensor) -> Tensor:
    from keras import ops

    return ops.sum(_directions(first) * _directions(second), axis=-1)


def _directions(scores: Tensor) -> Tensor:
    from keras import ops

    centered = scores - ops.mean(scores, axis=-1, keepdims=True)
    return centered / ops.sqrt(ops.sum(ops.square(centered), axis=-1, keepdims=True) + 1e-6)
