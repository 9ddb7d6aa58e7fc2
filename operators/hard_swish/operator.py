"""Hard swish: x * relu6(x + 3) / 6."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from hilbench.operators.base.lookup_table import LookupTable
from hilbench.operators.case import OperatorCase
from hilbench.operators.constants import Constants
from hilbench.operators.layer import Layer
from hilbench.quantization.fixed_point import INT8_MAX, INT8_MIN, FixedMultiplier, rounding_shift_right
from hilbench.tensors import DType, Quantization

_INT16_MIN, _INT16_MAX = -(2**15), 2**15 - 1
_LOWEST = -0.375
"""The smallest value of the function, at -1.5."""


class HardSwish(LookupTable):
    """TFLite's HARD_SWISH; with int8 it computes in int16."""

    name = "hard_swish"

    def real(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """The product first, then the division, as TFLite does."""
        risen = np.clip(values + np.float32(3), np.float32(0), np.float32(6))
        swished: NDArray[np.float32] = values * risen / np.float32(6)
        return swished

    def quantized(self, values: NDArray[np.int8], constants: Constants) -> NDArray[np.int8]:
        """The input in 128ths of its steps, times what relu6(x + 3) / 6 is in Q0.15.

        Source: tensorflow/lite/kernels/internal/reference/hard_swish.h.
        """
        factors = _Factors.of(constants)
        fine = (values.astype(np.int64) - constants.input_quantization[0].zero_point) * 128
        slope = _saturated(fine << max(factors.slope_shift - 1, 0))
        slope = _product(slope, factors.slope)
        slope = _saturated(slope << min(max(factors.slope_shift, 0), 1))
        slope = rounding_shift_right(slope, max(-factors.slope_shift, 0))
        product = (slope + (1 << 15) >> 1) * _product(fine, factors.output)
        high = np.sign(product) * (np.abs(product) >> 15)
        output = rounding_shift_right(high, -factors.output_shift) + constants.output_quantization.zero_point
        return np.clip(output, INT8_MIN, INT8_MAX).astype(np.int8)

    def output_quantization(self, case: OperatorCase, source: Quantization, rng: Generator) -> Quantization:
        """The range from the function's smallest value to that of the input's largest."""
        largest = float(source.scale[0]) * (INT8_MAX - source.zero_point)
        scale = float(np.float32((largest - _LOWEST) / 255))
        return Quantization(np.array([scale]), INT8_MIN + round(-_LOWEST / scale))

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """Table of the outputs, factors and zero points; for int8 only."""
        if layer.case.dtype is DType.FLOAT32:
            return {}
        return {
            **super().template_context(layer),
            "factors": _Factors.of(layer.constants),
            "input_zero_point": layer.constants.input_quantization[0].zero_point,
            "output_zero_point": layer.constants.output_quantization.zero_point,
        }


@dataclass(frozen=True)
class _Factors:
    """Multipliers in Q0.15 with shifts, negative to the right.

    Attributes:
        output: from 128ths of the input's steps to the output's.
        slope: from the same to 3 / 2**15, so that -3 .. 3 is the range of an int16.
    """

    output: int
    output_shift: int
    slope: int
    slope_shift: int

    @classmethod
    def of(cls, constants: Constants) -> _Factors:
        """Factors for the tensors' quantizations, computed in float32, as TFLite does it.

        Source: tensorflow/lite/kernels/activations.cc, HardSwishPrepare.
        """
        fine = constants.input_quantization[0].scale.astype(np.float32) / np.float32(128)
        output: NDArray[np.float32] = np.divide(fine, constants.output_quantization.scale.astype(np.float32))
        slope: NDArray[np.float32] = np.divide(fine, np.float32(3 / 2**15))
        return cls(*_int16_factor(output), *_int16_factor(slope))


def _int16_factor(real: NDArray[np.float32]) -> tuple[int, int]:
    factor = FixedMultiplier.from_real(real.astype(np.float64))
    rounded = int(factor.multiplier[0]) + (1 << 15) >> 16
    return min(rounded, _INT16_MAX), int(factor.shift[0])


def _product(values: NDArray[np.int64], factor: int) -> NDArray[np.int64]:
    """Product in Q0.15, rounded to nearest, ties upwards."""
    product: NDArray[np.int64] = values * factor + (1 << 14) >> 15
    return product


def _saturated(values: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.clip(values, _INT16_MIN, _INT16_MAX)
