"""Softmax over the channels."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from hilbench.operators.base.elementwise import Elementwise
from hilbench.operators.base.parameterless import Int8Kernel
from hilbench.operators.case import OperatorCase
from hilbench.operators.constants import Constants
from hilbench.operators.kernel import Kernel
from hilbench.operators.layer import Layer
from hilbench.operators.synthetic_data import PROBABILITY
from hilbench.quantization.fixed_exponential import (
    DIFFERENCE_BITS,
    exp_of_negative,
    reciprocal_of_one_plus,
)
from hilbench.quantization.fixed_point import INT8_MAX, INT8_MIN, FixedMultiplier, rounding_shift_right
from hilbench.quantization.float_exponential import exp_of_negative as float_exp_of_negative
from hilbench.tensors import Array, DType, Quantization

_SUM_BITS = 12
"""Integer bits of the sum of exponentials, hence at most 2**12 of them: Q12.19."""


@dataclass(frozen=True)
class TableSoftmax(Int8Kernel):
    """A softmax whose exponentials come from a table of 256 words."""

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """The exponentials (256,) of minus the differences 255 to 0, Q0.31."""
        differences = np.arange(255, -1, -1)
        return {"exponentials": _Scaling.of(layer.constants).exponentials(differences).astype(np.uint32)}


class Softmax(Elementwise):
    """TFLite's SOFTMAX of each pixel's channels, with beta = 1."""

    name = "softmax"
    kernels = (Kernel(), TableSoftmax())
    fuses_activation = False

    def defaults(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """A vector, as behind a fully connected layer."""
        return super().defaults(parameters) | {"in_h": 1, "in_w": 1}

    def check(self, case: OperatorCase) -> None:
        """The sum of the exponentials has a limit."""
        super().check(case)
        fits = case.dtype is DType.FLOAT32 or case.in_c < 1 << _SUM_BITS
        self.require(case, fits, f"in_c must be less than {1 << _SUM_BITS}")

    def output_quantization(self, case: OperatorCase, source: Quantization, rng: Generator) -> Quantization:
        """Output quantization for values from 0 to 1."""
        return PROBABILITY

    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """The share of each channel's exponential in their sum; float32 is summed in order."""
        (values,) = inputs
        largest = values.max(axis=-1, keepdims=True)
        if layer.case.dtype is DType.FLOAT32:
            powers = float_exp_of_negative(values - largest)
            return np.divide(powers, np.add.accumulate(powers, axis=-1)[..., -1:])
        exponentials = _Scaling.of(layer.constants).exponentials(largest.astype(np.int64) - values)
        scale, right = _reciprocals(rounding_shift_right(exponentials, _SUM_BITS).sum(axis=-1, keepdims=True))
        shares = rounding_shift_right((scale * exponentials + (1 << 30)) >> 31, right)
        return np.clip(shares + INT8_MIN, INT8_MIN, INT8_MAX).astype(np.int8)

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """Scaling of differences; for int8 only."""
        return (
            {} if layer.case.dtype is DType.FLOAT32 else {"difference_scaling": _Scaling.of(layer.constants)}
        )


@dataclass(frozen=True)
class _Scaling:
    """Scaling from differences of int8 to the exponential's argument.

    Attributes:
        factor: a multiplier with a left shift.
        largest: the largest difference whose exponential is not taken for 0.
    """

    factor: FixedMultiplier
    largest: int

    @classmethod
    def of(cls, constants: Constants) -> _Scaling:
        """Scaling for the quantisation of the input.

        Source: tensorflow/lite/kernels/internal/quantization_util.cc, PreprocessSoftmaxScaling and
        CalculateInputRadius.
        """
        real = constants.input_quantization[0].scale * (1 << DIFFERENCE_BITS)
        factor = FixedMultiplier.from_real(np.minimum(real, 2.0**31 - 1))
        integer_bits = 31 - DIFFERENCE_BITS
        radius = ((1 << integer_bits) - 1) * 2.0 ** (DIFFERENCE_BITS - int(factor.shift[0]))
        return cls(factor, math.floor(radius))

    def exponentials(self, differences: NDArray[np.int64]) -> NDArray[np.int64]:
        """The exponential of minus each difference, Q0.31."""
        near = np.minimum(differences, self.largest)
        scaled = self.factor.scale(-near[..., None])[..., 0]
        return np.where(differences > self.largest, 0, exp_of_negative(scaled))


def _reciprocals(sums: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """1 / sum in Q0.31 after the sum's leading zeros, and the right shift that leaves 8 bits of a share.

    Source: tensorflow/lite/kernels/internal/common.h, GetReciprocal; softmax.h.
    """
    zeros = 32 - np.frexp(sums.astype(np.float64))[1].astype(np.int64)
    scale = reciprocal_of_one_plus((sums << zeros) - (1 << 31))
    return scale, _SUM_BITS - zeros + 31 - 8
