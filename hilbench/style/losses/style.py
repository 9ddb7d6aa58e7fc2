"""Style: features of the picture are spread as the painting's are.

Gram matrices are those of Gatys, Ecker and Bethge, "Image Style Transfer Using Convolutional Neural Networks"
(CVPR 2016), equations 3 to 5. Most of a Gram matrix is the product of the means: it hardly sees texture
where features are mostly positive; moments compare means and covariances apart, as Li, Wang, Liu and Hou do,
"Demystifying Neural Style Transfer" (arXiv:1701.01036), section 4.2. Distances are relative to the painting.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hilbench.style.keras_backend import Tensor
from hilbench.style.losses.scaling import FeatureScale, rescaled
from hilbench.style.losses.term import FeatureTerm, Layers, Loss, Target, Views
from hilbench.tensors import Array

_FLOOR = 0.3
"""Least mean of a channel by which it is divided, in means of its layer: else rare channels would rule."""


class Style(FeatureTerm):
    """Relative squared distance of statistics of features, averaged over layers.

    Attributes:
        statistic: Gram matrices, or means and covariances.
        features: scale on which features are compared.
        per_channel: whether each channel is divided by its own mean over the painting, else all by one.
        sizes: shorter sides of the painting, pixels, over which its statistics are averaged.
    """

    kind: Literal["style"] = "style"
    from_layers: Layers = ("relu1_2", "relu2_2", "relu3_3", "relu4_3")
    statistic: Literal["gram", "moments"] = "gram"
    features: FeatureScale = "linear"
    per_channel: bool = False
    sizes: tuple[int, ...] = Field((160,), min_length=1)

    def prepare(self, target: Target) -> Loss:
        """The loss towards the painting's statistics."""
        from keras import ops

        divisors, wanted = self._painting(target)

        def loss(views: Views) -> Tensor:
            made = views.output_features(self.backbone)
            distances = []
            for layer in self.from_layers:
                found = self._statistics(ops.divide(rescaled(made[layer], self.features), divisors[layer]))
                for each, goal in zip(found, wanted[layer], strict=True):
                    errors = ops.sum(ops.square(ops.subtract(each, goal)), axis=(1, 2))
                    distances.append(ops.mean(errors) / float((goal**2).sum()))
            return sum(distances) / len(self.from_layers)

        return loss

    def _statistics(self, features: Tensor) -> tuple[Tensor, ...]:
        """Matrices of a batch: its Gram matrices, or its means as rows and its covariances."""
        from keras import ops

        if self.statistic == "gram":
            return (gram(features),)
        means = ops.mean(features, axis=(1, 2), keepdims=True)
        return means[:, 0], gram(features - means)

    def _painting(self, target: Target) -> tuple[dict[str, Array], dict[str, list[Array]]]:
        """Divisor of the channels of each layer, and the statistics of the painting."""
        from keras import ops

        extract = target.extractors[self.backbone]
        scales = [extract(target.scaled(size)[None]) for size in self.sizes]
        divisors, statistics = {}, {}
        for layer in self.from_layers:
            features = [rescaled(scale[layer], self.features) for scale in scales]
            means = sum(ops.mean(ops.abs(each), axis=(1, 2)) for each in features) / len(features)
            least = ops.mean(means) * (_FLOOR if self.per_channel else 1.0)
            divisor = ops.convert_to_numpy(ops.maximum(means, least) if self.per_channel else least)
            each_scale = [self._statistics(ops.divide(each, divisor)) for each in features]
            statistics[layer] = [
                ops.convert_to_numpy(sum(scale) / len(scale)) for scale in zip(*each_scale, strict=True)
            ]
            divisors[layer] = divisor
        return divisors, statistics


def gram(features: Tensor) -> Tensor:
    """Mean products of each two channels: batch, channels, channels."""
    from keras import ops

    _, height, width, channels = features.shape
    flat = ops.reshape(features, (-1, height * width, channels))
    return ops.matmul(ops.transpose(flat, (0, 2, 1)), flat) / (height * width)
