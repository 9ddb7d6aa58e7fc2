"""Reciprocals of square roots in fixed point, as TFLite's int8 RSQRT has them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hilbench.quantization.fixed_point import FixedMultiplier, to_activations
from hilbench.tensors import Activation, ElementType, Quantization

_SHIFT = 20
"""Fractional bits of the root before it is brought to the output's scale."""
_NEWTON_STEPS = 5
_HALF_ROOT_OF_TWO = 1518500250
"""Half the square root of 2, Q0.31."""


def reciprocal_root(values: NDArray[np.int8], source: Quantization, output: Quantization) -> NDArray[np.int8]:
    """1 / sqrt(x); the largest int8 where x is 0, as of negative numbers, which TFLite refuses.

    Source: tensorflow/lite/kernels/elementwise.cc, RsqrtEvalQuantizedInt8.
    """
    steps = values.astype(np.int64) - source.zero_point
    scale = np.sqrt(source.scale.astype(np.float32)) * output.scale.astype(np.float32)
    factor = FixedMultiplier.from_real(1.0 / scale.astype(np.float64))
    shifted = FixedMultiplier(factor.multiplier, (factor.shift - _SHIFT).astype(np.int8))
    table = np.array([0, *(_root(step) for step in range(1, 256))], np.int64)
    scaled = shifted.scale(table[np.clip(steps, 0, 255)])
    outputs: NDArray[np.int8] = to_activations(scaled, output, Activation.NONE, ElementType.INT8)
    return np.where(steps <= 0, np.int8(127), outputs)


def _root(step: int) -> int:
    """1 / sqrt(step) with 20 fractional bits.

    Newton's method on numbers with three integer bits.
    Source: tensorflow/lite/kernels/internal/quantization_util.h, GetInvSqrtQuantizedMultiplierExp.
    """
    multiplier, shift = 2**31 - 1, 0
    if step > 1:
        pairs = (32 - step.bit_length() - 1) // 2 - 1
        half_input = _rounded(step << 2 * pairs - 1, 1)
        multiplier, shift = 1 << 28, 11 - pairs
        for _ in range(_NEWTON_STEPS):
            cube = _saturated(_product(_product(multiplier, multiplier), multiplier) << 6)
            rest = _product((1 << 28) + (1 << 27), multiplier) - _product(half_input, cube)
            multiplier = _saturated(rest << 3)
        multiplier = _product(multiplier, _HALF_ROOT_OF_TWO)
        if shift < 0:
            multiplier, shift = multiplier << -shift, 0
    factor = FixedMultiplier(np.array([multiplier], np.int32), np.array([_SHIFT - shift], np.int8))
    return int(factor.scale(np.array([1]))[0])


def _product(first: int, second: int) -> int:
    return (first * second + (1 << 30)) >> 31


def _rounded(value: int, bits: int) -> int:
    return (value + (1 << bits - 1)) >> bits


def _saturated(value: int) -> int:
    return max(-(2**31), min(2**31 - 1, value))
