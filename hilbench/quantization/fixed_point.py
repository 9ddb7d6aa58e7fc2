"""TFLite's integer arithmetic, bit for bit: multipliers, requantisation, activation bounds.

Source: tensorflow/lite/kernels/internal/quantization_util.cc and common.h, after Jacob et al.,
"Quantization and Training of Neural Networks", arXiv:1712.05877.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from hilbench.tensors import Activation, Array, ElementType, Quantization

INT8_MIN, INT8_MAX = -128, 127


class Rounding(StrEnum):
    """Rounding of a kernel that scales an accumulator, once or twice; TFLite's kernels do not agree."""

    TWICE = "twice"
    """The product to 31 bits, ties upwards, then its right shift, ties away from zero: gemmlowp's."""
    ONCE = "once"
    """The 64-bit product, ties upwards: ruy's (TFLITE_SINGLE_ROUNDING)."""
    REDUCED = "reduced"
    """Once, by the reduced multiplier: where int16 activations are summed in 64 bits."""


@dataclass(frozen=True)
class FixedMultiplier:
    """Real factors as multiplier * 2**(shift - 31), a pair for each output channel.

    `multiplier` is int32, zero or in [2**30, 2**31); `shift` is int8, negative for a right shift.
    """

    multiplier: NDArray[np.int32]
    shift: NDArray[np.int8]

    @classmethod
    def from_real(cls, factors: NDArray[np.float64]) -> FixedMultiplier:
        """Decompose positive real factors as TFLite's QuantizeMultiplier does."""
        pairs = [_decompose(float(factor)) for factor in np.atleast_1d(factors)]
        return cls(
            np.array([multiplier for multiplier, _ in pairs], np.int32),
            np.array([shift for _, shift in pairs], np.int8),
        )

    @property
    def reduced(self) -> NDArray[np.int32]:
        """The multiplier's upper 15 bits, rounded to nearest; the shift is from 2**15 then."""
        rounded = (self.multiplier.astype(np.int64) + (1 << 15)) >> 16
        reduced: NDArray[np.int32] = np.minimum(rounded, 0x7FFF).astype(np.int32)
        return reduced

    def scale(self, values: Array, rounding: Rounding = Rounding.TWICE) -> NDArray[np.int64]:
        """`values` (…, channels) times the factors, rounded as MultiplyByQuantizedMultiplier does."""
        shift = self.shift.astype(np.int64)
        if rounding is Rounding.REDUCED:
            bits = 15 - shift
            return (values.astype(np.int64) * self.reduced + (np.int64(1) << (bits - 1))) >> bits
        if rounding is Rounding.ONCE:
            bits = 31 - shift
            low = ((values & 0xFFFF) * self.multiplier.astype(np.int64) + (np.int64(1) << (bits - 1))) >> 16
            return ((values >> 16) * self.multiplier.astype(np.int64) + low) >> (bits - 16)
        left, right = np.maximum(shift, 0), np.maximum(-shift, 0)
        high = (np.left_shift(values.astype(np.int64), left) * self.multiplier + (1 << 30)) >> 31
        return rounding_shift_right(high, right)


def rounding_shift_right(values: NDArray[np.int64], bits: NDArray[np.int64] | int) -> NDArray[np.int64]:
    """Divide by 2**bits, to nearest, ties away from zero (gemmlowp's RoundingDivideByPOT)."""
    mask = (np.int64(1) << bits) - 1
    threshold = (mask >> 1) + (values < 0)
    return (values >> bits) + ((values & mask) > threshold)


def activation_bounds(
    activation: Activation, output: Quantization, dtype: ElementType = ElementType.INT8
) -> tuple[int, int]:
    """Smallest and largest integer of the quantised `dtype` that the fused activation lets through."""
    limits = np.iinfo(dtype)
    if activation is Activation.NONE:
        return limits.min, limits.max
    lowest = max(limits.min, _quantize(0.0, output))
    if activation is Activation.RELU:
        return lowest, limits.max
    return lowest, min(limits.max, _quantize(6.0, output))


def to_activations(
    scaled: NDArray[np.int64], output: Quantization, activation: Activation, dtype: ElementType
) -> Array:
    """Add the output's zero point and clamp to the activation's bounds."""
    lowest, highest = activation_bounds(activation, output, dtype)
    return np.clip(scaled + output.zero_point, lowest, highest).astype(dtype)


def to_int8(scaled: NDArray[np.int64], output: Quantization, activation: Activation) -> NDArray[np.int8]:
    """Add the output's zero point and clamp to the activation's bounds, as int8."""
    return to_activations(scaled, output, activation, ElementType.INT8)


def _decompose(factor: float) -> tuple[int, int]:
    significand, shift = math.frexp(factor)
    multiplier = math.floor(significand * (1 << 31) + 0.5)
    if multiplier == 1 << 31:
        multiplier, shift = multiplier // 2, shift + 1
    return (0, 0) if shift < -31 else (multiplier, shift)


def _quantize(value: float, quantization: Quantization) -> int:
    steps = float(np.float32(value) / np.float32(quantization.scale[0]))
    return quantization.zero_point + math.floor(steps + 0.5)
