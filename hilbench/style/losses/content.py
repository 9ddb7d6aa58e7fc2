"""Content: features of the picture are those of the photograph.

Feature reconstruction loss of Johnson, Alahi and Fei-Fei, "Perceptual Losses for Real-Time Style Transfer and
Super-Resolution" (arXiv:1603.08155), equation 2; here relative to the mean square of the features, so that
the weight does not depend on the backbone.
"""

from __future__ import annotations

from typing import Literal

from hilbench.style.keras_backend import Tensor
from hilbench.style.losses.scaling import FeatureScale, rescaled
from hilbench.style.losses.term import FeatureTerm, Loss, Target, Views


class Content(FeatureTerm):
    """Relative squared distance of features, averaged over layers.

    Attributes:
        features: scale on which features are compared.
    """

    kind: Literal["content"] = "content"
    features: FeatureScale = "linear"

    def prepare(self, _: Target) -> Loss:
        """The loss; the painting has no part in it."""
        from keras import ops

        def loss(views: Views) -> Tensor:
            made, given = views.output_features(self.backbone), views.content_features(self.backbone)
            distances = []
            for layer in self.from_layers:
                wanted = rescaled(given[layer], self.features)
                error = ops.mean(ops.square(rescaled(made[layer], self.features) - wanted))
                distances.append(error / (ops.mean(ops.square(wanted)) + 1e-6))
            return sum(distances) / len(distances)

        return loss
