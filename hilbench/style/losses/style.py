"""Style: channels of features go together as in the painting.

Gram matrices of Gatys, Ecker and Bethge, "Image Style Transfer Using Convolutional Neural Networks" (CVPR
2016), equations 3 to 5; the distance of each layer is relative to the painting's own matrix, and features are
divided by their mean over the painting, in the spirit of the normalization of section 2 there.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hilbench.style.keras_backend import Tensor
from hilbench.style.losses.scaling import FeatureScale, rescaled
from hilbench.style.losses.term import FeatureTerm, Layers, Loss, Target, Views

_FLOOR = 0.3
"""Least mean of a channel by which it is divided, in means of its layer: else rare channels would rule."""


class Style(FeatureTerm):
    """Relative squared distance of Gram matrices, averaged over layers.

    Attributes:
        features: scale on which features are compared.
        per_channel: whether each channel is divided by its own mean over the painting, else all by one.
        sizes: shorter sides of the painting, pixels, over which its matrices are averaged.
    """

    kind: Literal["style"] = "style"
    from_layers: Layers = ("relu1_2", "relu2_2", "relu3_3", "relu4_3")
    features: FeatureScale = "linear"
    per_channel: bool = False
    sizes: tuple[int, ...] = Field((160,), min_length=1)

    def prepare(self, target: Target) -> Loss:
        """The loss towards the painting's matrices."""
        from keras import ops

        divisors, wanted = self._painting(target)
        norms = {layer: float(ops.sum(ops.square(matrix))) for layer, matrix in wanted.items()}

        def loss(views: Views) -> Tensor:
            made = views.output_features(self.backbone)
            distances = []
            for layer in self.from_layers:
                matrices = gram(rescaled(made[layer], self.features) / divisors[layer])
                errors = ops.sum(ops.square(matrices - wanted[layer]), axis=(1, 2))
                distances.append(ops.mean(errors) / norms[layer])
            return sum(distances) / len(distances)

        return loss

    def _painting(self, target: Target) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """Divisor of the channels of each layer, and the Gram matrices of the painting."""
        from keras import ops

        extractor = target.extractors[self.backbone]
        pictures = [target.scaled(size)[None] for size in self.sizes]
        scales = [
            {layer: rescaled(each, self.features) for layer, each in extractor(picture).items()}
            for picture in pictures
        ]
        divisors, matrices = {}, {}
        for layer in self.from_layers:
            means = sum(ops.mean(ops.abs(scale[layer]), axis=(1, 2)) for scale in scales) / len(scales)
            least = ops.mean(means) * (_FLOOR if self.per_channel else 1.0)
            divisors[layer] = ops.maximum(means, least) if self.per_channel else least
            matrices[layer] = sum(gram(scale[layer] / divisors[layer]) for scale in scales) / len(scales)
        return (
            {layer: ops.convert_to_numpy(each) for layer, each in divisors.items()},
            {layer: ops.convert_to_numpy(each) for layer, each in matrices.items()},
        )


def gram(features: Tensor) -> Tensor:
    """Mean products of each two channels: batch, channels, channels."""
    from keras import ops

    _, height, width, channels = features.shape
    flat = ops.reshape(features, (-1, height * width, channels))
    return ops.matmul(ops.transpose(flat, (0, 2, 1)), flat) / (height * width)
