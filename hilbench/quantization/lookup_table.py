"""Functions of int8 by tables, as TFLite makes them in float32."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hilbench.quantization.fixed_point import INT8_MAX, INT8_MIN
from hilbench.tensors import Quantization

Floats = NDArray[np.float32]


def look_up(
    function: Callable[[Floats], Floats], values: NDArray[np.int8], source: Quantization, output: Quantization
) -> NDArray[np.int8]:
    """A function in float32, rounded to the nearest int8, ties upwards.

    Source: tensorflow/lite/kernels/internal/common.h, LUTPopulate.
    """
    steps = (values.astype(np.int32) - source.zero_point).astype(np.float32)
    real = function(steps * np.float32(source.scale))
    rescaled = np.floor(real / np.float32(output.scale) + np.float32(0.5))
    outputs: NDArray[np.int8] = np.clip(rescaled + output.zero_point, INT8_MIN, INT8_MAX).astype(np.int8)
    return outputs
