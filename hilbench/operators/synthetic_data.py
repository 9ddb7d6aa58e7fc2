"""Quantisations for generated data: varied zero points, outputs that use their range."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hilbench.operators.constants import Constants
from hilbench.quantization.fixed_point import INT8_MAX, INT8_MIN, FixedMultiplier
from hilbench.tensors import Activation, DType, Quantization

_OUTPUT_SPREAD = 3.0
"""Standard deviation of the real outputs: wide enough that ReLU6 clips some of them, not most."""
_DEVIATIONS = {4: 4.3, 8: 74.0, 16: 18919.0}
"""Standard deviation of uniform integers of so many bits."""
_MEAN_DEVIATION = 30.0
"""Standard deviation of int8 means: so that few of them are clipped."""

PROBABILITY = Quantization(np.array([1 / 256]), -128)
"""Outputs of 0 to 1: the one quantisation that TFLite allows of SOFTMAX and LOGISTIC."""


def draw_input(rng: np.random.Generator, dtype: DType = DType.INT8) -> Quantization:
    """An input quantisation; int8 has a scale of a few hundredths and a zero point other than 0.

    TFLite's int16 has a zero point of 0.
    """
    zero_point = int(rng.integers(1, 24)) * (1 if rng.random() < 0.5 else -1)
    scale = rng.uniform(0.01, 0.05)
    if dtype is DType.INT16X8:
        return Quantization(_as_float32(scale / 256))
    return Quantization(_as_float32(scale), zero_point)


def draw_weights(
    rng: np.random.Generator,
    channels: int,
    products: float,
    source: Quantization,
    dtype: DType = DType.INT8,
) -> Quantization:
    """Scales per output channel, so that sums of so many `products` have the wanted spread."""
    product = _DEVIATIONS[8 * dtype.bytes] * _DEVIATIONS[dtype.weight_bits]
    deviation = float(source.scale[0]) * product * np.sqrt(products)
    return Quantization(_as_float32(_OUTPUT_SPREAD / deviation * rng.uniform(0.5, 1.0, channels)))


def draw_output(rng: np.random.Generator, activation: Activation, dtype: DType = DType.INT8) -> Quantization:
    """An output quantisation that fits the range left by the activation, with some slack."""
    if dtype is DType.INT16X8:
        ceiling = 6.0 if activation is Activation.RELU6 else 3.0 * _OUTPUT_SPREAD
        return Quantization(_as_float32(ceiling / 32767 * rng.uniform(1.0, 1.2)))
    if activation is Activation.NONE:
        scale, zero_point = 6.0 * _OUTPUT_SPREAD / 255, int(rng.integers(-30, 31)) | 1
    else:
        ceiling = 6.0 if activation is Activation.RELU6 else 3.0 * _OUTPUT_SPREAD
        scale, zero_point = ceiling / 255, int(rng.integers(-127, -100))
    return Quantization(_as_float32(scale * rng.uniform(1.0, 1.2)), zero_point)


def draw_mean(rng: np.random.Generator, source: Quantization, count: int) -> Quantization:
    """An output quantisation for means of `count` elements of `source`."""
    deviation = float(source.scale[0]) * _DEVIATIONS[8] / np.sqrt(count)
    scale = deviation / _MEAN_DEVIATION * rng.uniform(1.0, 1.2)
    return Quantization(_as_float32(scale), int(rng.integers(-30, 31)) | 1)


def largest_step(quantization: Quantization) -> int:
    """The largest distance of an int8 from the zero point."""
    return max(INT8_MAX - quantization.zero_point, quantization.zero_point - INT8_MIN)


def requantization(constants: Constants) -> FixedMultiplier:
    """Factors from accumulator to output steps: input scale * weight scale / output scale.

    Source: TFLite's PopulateConvolutionQuantizationParams, in double precision.
    """
    products = constants.input_quantization[0].scale * constants.weight_quantization.scale
    return FixedMultiplier.from_real(products / constants.output_quantization.scale)


def _as_float32(values: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """Scales as TFLite stores them: float32, kept here in double precision."""
    return np.atleast_1d(np.asarray(values, np.float32)).astype(np.float64)
