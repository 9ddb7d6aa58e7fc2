"""Softmax in fixed point, bit for bit as TFLite has it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilbench.quantization.fixed_exponential import (
    DIFFERENCE_BITS,
    exp_of_negative,
    reciprocal_of_one_plus,
)
from hilbench.quantization.fixed_point import FixedMultiplier, rounding_shift_right
from hilbench.tensors import Array, ElementType, Quantization

SUM_BITS = 12
"""Integer bits of the sum of exponentials, hence at most 2**12 of them: Q12.19."""


def softmax(values: NDArray[np.int8], source: Quantization, dtype: ElementType) -> Array:
    """The share of each exponential in their sum along the last axis; 0 is the least integer of `dtype`.

    Source: tensorflow/lite/kernels/internal/reference/softmax.h.
    """
    largest = values.max(axis=-1, keepdims=True)
    exponentials = DifferenceScaling.of(source).exponentials(largest.astype(np.int64) - values)
    sums = rounding_shift_right(exponentials, SUM_BITS).sum(axis=-1, keepdims=True)
    scale, right = _reciprocals(sums, dtype.bits)
    shares = rounding_shift_right((scale * exponentials + (1 << 30)) >> 31, right)
    limits = np.iinfo(dtype)
    clipped: Array = np.clip(shares + limits.min, limits.min, limits.max).astype(dtype)
    return clipped


@dataclass(frozen=True)
class DifferenceScaling:
    """Scaling from differences of int8 to the exponential's argument.

    Attributes:
        factor: a multiplier with a left shift.
        largest: the largest difference whose exponential is not taken for 0.
    """

    factor: FixedMultiplier
    largest: int

    @classmethod
    def of(cls, source: Quantization) -> DifferenceScaling:
        """Scaling for the quantization of the input.

        Source: tensorflow/lite/kernels/internal/quantization_util.cc, PreprocessSoftmaxScaling and
        CalculateInputRadius.
        """
        real = source.scale * (1 << DIFFERENCE_BITS)
        factor = FixedMultiplier.from_real(np.minimum(real, 2.0**31 - 1))
        integer_bits = 31 - DIFFERENCE_BITS
        radius = ((1 << integer_bits) - 1) * 2.0 ** (DIFFERENCE_BITS - int(factor.shift[0]))
        return cls(factor, math.floor(radius))

    def exponentials(self, differences: NDArray[np.int64]) -> NDArray[np.int64]:
        """The exponential of minus each difference, Q0.31."""
        near = np.minimum(differences, self.largest)
        scaled = self.factor.scale(-near[..., None])[..., 0]
        return np.where(differences > self.largest, 0, exp_of_negative(scaled))


def _reciprocals(sums: NDArray[np.int64], bits: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """1 / sum in Q0.31 after the sum's leading zeros, and the right shift that leaves `bits` of a share.

    Source: tensorflow/lite/kernels/internal/common.h, GetReciprocal; softmax.h.
    """
    zeros = 32 - np.frexp(sums.astype(np.float64))[1].astype(np.int64)
    scale = reciprocal_of_one_plus((sums << zeros) - (1 << 31))
    return scale, SUM_BITS - zeros + 31 - bits
