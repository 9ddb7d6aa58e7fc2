"""The data of a case: inputs, weights and their quantisation."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from hilbench.tensors import Array, Quantization


def _nothing() -> Array:
    return np.empty(0)


@dataclass(frozen=True)
class Tensors:
    """Everything an operator reads; arrays and quantisations that it has not are empty.

    Shapes: inputs as the case has them, images (1, H, W, C); weights (O, KH, KW, I/groups) as TFLite has
    them, depthwise (1, KH, KW, O), fully connected (O, I); bias (O,). Integer data is int8 with int32
    bias, or int16 with int8 weights and int64 bias; int4 weights lie in int8.
    """

    inputs: tuple[Array, ...]
    weights: Array = field(default_factory=_nothing)
    bias: Array = field(default_factory=_nothing)
    input_quantization: tuple[Quantization, ...] = ()
    weight_quantization: Quantization = field(default_factory=Quantization)
    output_quantization: Quantization = field(default_factory=Quantization)
