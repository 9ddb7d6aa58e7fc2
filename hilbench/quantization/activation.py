"""Fused activations on float values; int8 outputs are clamped to bounds instead."""

from __future__ import annotations

import numpy as np

from hilbench.tensors import Activation, Array


def activate(values: Array, activation: Activation) -> Array:
    """Apply a fused activation, keeping the dtype."""
    if activation is Activation.NONE:
        return values
    return np.clip(values, 0, 6 if activation is Activation.RELU6 else None).astype(values.dtype)
