"""The data of a case: inputs, weights and their quantisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Quantization:
    """Affine quantisation of one tensor: real = scale * (q - zero_point).

    `scale` has one element, or one per output channel for weights (TFLite's int8 scheme).
    """

    scale: NDArray[np.float64]
    zero_point: int = 0


@dataclass(frozen=True)
class Tensors:
    """Everything an operator reads.

    Shapes: inputs (H, W, C) each; weights (O, KH, KW, I/groups) as TFLite has them, depthwise
    (1, KH, KW, O), fully connected (O, I); bias (O,). Integer data is int8 with int32 bias;
    quantisations are None for float32.
    """

    inputs: tuple[Array, ...]
    weights: Array | None = None
    bias: Array | None = None
    input_quantization: tuple[Quantization, ...] | None = None
    weight_quantization: Quantization | None = None
    output_quantization: Quantization | None = None
