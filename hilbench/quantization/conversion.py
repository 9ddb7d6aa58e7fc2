"""Real numbers from and to quantized ones, and from one quantization to another, as TFLite has them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hilbench.quantization.fixed_point import FixedMultiplier, to_activations
from hilbench.tensors import Activation, Array, ElementType, Quantization


def quantize(values: Array, output: Quantization, dtype: ElementType) -> Array:
    """The nearest steps of `output`, ties away from zero.

    Source: tensorflow/lite/kernels/internal/reference/quantize.h.
    """
    steps = values / np.float32(output.scale[0])
    rounded = np.copysign(np.floor(np.abs(steps).astype(np.float64) + 0.5), steps)
    limits = np.iinfo(dtype)
    inside = np.clip(np.nan_to_num(rounded) + output.zero_point, limits.min, limits.max)
    result: Array = inside.astype(dtype)
    return result


def dequantize(values: Array, source: Quantization) -> NDArray[np.float32]:
    """Real numbers, computed in double precision.

    Source: tensorflow/lite/kernels/internal/reference/dequantize.h.
    """
    real: NDArray[np.float32] = (source.scale[0] * (values.astype(np.int64) - source.zero_point)).astype(
        np.float32
    )
    return real


def requantize(values: Array, source: Quantization, output: Quantization, dtype: ElementType) -> Array:
    """The nearest steps of another quantization.

    Source: tensorflow/lite/kernels/internal/reference/requantize.h.
    """
    return rescale(values, source, output, dtype, source.scale / output.scale)


def rescale(
    values: Array,
    source: Quantization,
    output: Quantization,
    dtype: ElementType,
    factor: NDArray[np.float64],
    activation: Activation = Activation.NONE,
) -> Array:
    """Steps from the zero point times `factor`, rounded twice, clamped by the activation."""
    scaled = FixedMultiplier.from_real(factor).scale(values.astype(np.int64) - source.zero_point)
    return to_activations(scaled, output, activation, dtype)


def float_ratio(*scales: Quantization) -> NDArray[np.float64]:
    """The product of all scales but the last one, divided by that, each step rounded to float32."""
    *sources, output = (quantization.scale.astype(np.float32) for quantization in scales)
    product = sources[0]
    for scale in sources[1:]:
        product = product * scale
    ratio: NDArray[np.float64] = (product / output).astype(np.float64)
    return ratio


def product_factor(first: Quantization, second: Quantization, output: Quantization) -> FixedMultiplier:
    """Factor from a product of two steps to steps of the output.

    Source: tensorflow/lite/kernels/mul.cc, Prepare.
    """
    return FixedMultiplier.from_real(float_ratio(first, second, output))
