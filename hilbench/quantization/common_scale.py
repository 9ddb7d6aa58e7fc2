"""Two quantized tensors on one scale, as TFLite adds and subtracts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilbench.quantization.fixed_point import FixedMultiplier
from hilbench.tensors import Array, ElementType, Quantization

SUM_BITS = {ElementType.INT8: 20, ElementType.INT16: 15}
"""Headroom that ADD and SUB give to their inputs, by their type."""


@dataclass(frozen=True)
class CommonScale:
    """Factors from two inputs to a scale that is twice the larger of theirs, and from there to the output.

    Source: tensorflow/lite/kernels/add.cc, PrepareGeneralQuantized.

    Attributes:
        left_shift: bits of headroom that the inputs are given first.
    """

    left_shift: int
    first: FixedMultiplier
    second: FixedMultiplier
    output: FixedMultiplier

    @classmethod
    def of_sum(
        cls, first: Quantization, second: Quantization, output: Quantization, bits: int
    ) -> CommonScale:
        """Factors for a sum or a difference, with `bits` of headroom."""
        common = 2 * np.maximum(first.scale, second.scale)
        return cls._of(first, second, common, common / ((1 << bits) * output.scale), bits)

    @classmethod
    def of_square(cls, first: Quantization, second: Quantization, output: Quantization) -> CommonScale:
        """Factors for a squared difference.

        Source: tensorflow/lite/kernels/squared_difference.cc, Prepare.
        """
        bits = 7
        common = 2 * np.maximum(first.scale, second.scale)
        return cls._of(first, second, common, common**2 / ((1 << 2 * bits) * output.scale), bits)

    @classmethod
    def _of(
        cls,
        first: Quantization,
        second: Quantization,
        common: NDArray[np.float64],
        output: NDArray[np.float64],
        bits: int,
    ) -> CommonScale:
        return cls(
            bits,
            FixedMultiplier.from_real(first.scale / common),
            FixedMultiplier.from_real(second.scale / common),
            FixedMultiplier.from_real(output),
        )

    def raised(self, values: Array, quantization: Quantization, factor: FixedMultiplier) -> NDArray[np.int64]:
        """An input's values on the common scale."""
        return factor.scale((values.astype(np.int64) - quantization.zero_point) << self.left_shift)

    def pair(
        self, values: Sequence[Array], quantizations: Sequence[Quantization]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Both inputs' values on the common scale."""
        return (
            self.raised(values[0], quantizations[0], self.first),
            self.raised(values[1], quantizations[1], self.second),
        )
