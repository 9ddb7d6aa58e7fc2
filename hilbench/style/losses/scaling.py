"""Scales on which features are compared."""

from __future__ import annotations

from typing import Literal

from hilbench.style.keras_backend import Tensor

FeatureScale = Literal["linear", "log"]
"""`linear` takes features as they are; `log` takes log(1 + f / mean), which dampens the few large ones."""


def rescaled(features: Tensor, scale: FeatureScale) -> Tensor:
    """Features on a scale: batch, height, width, channels."""
    from keras import ops

    if scale == "linear":
        return features
    mean = ops.stop_gradient(ops.mean(ops.abs(features), axis=(1, 2, 3), keepdims=True))
    return ops.sign(features) * ops.log1p(ops.abs(features) / (mean + 1e-6))
