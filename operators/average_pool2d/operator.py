"""Average pooling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hilbench.operators.base.parameterless import Int8Kernel
from hilbench.operators.base.pooling import Pooling
from hilbench.operators.case import OperatorCase
from hilbench.operators.kernel import Kernel
from hilbench.operators.layer import Layer
from hilbench.tensors import Array
from hilbench.tensors.patches import patches

_LONGEST_RUN = 256
"""Pixels of a row whose int8 add up in int16."""
_LARGEST_COUNT = 4095
"""Pixels of a window by whose number the high word of a product divides."""
_SHORT_BITS, _LARGEST_SHORT_COUNT = 23, 181
"""Fractional bits of a reciprocal for the low word, and the largest count by which that divides."""


@dataclass(frozen=True)
class ReciprocalAverage(Int8Kernel):
    """An average that multiplies by a reciprocal instead of dividing by a count."""

    def supports(self, case: OperatorCase) -> bool:
        """Whether the case is int8, with windows of up to 256 columns and 4095 pixels."""
        fits = case.kernel_w <= _LONGEST_RUN and case.kernel_h * case.kernel_w <= _LARGEST_COUNT
        return super().supports(case) and fits

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """The next integer above each count's reciprocal; high words have none for counts below 3."""
        case = layer.case
        counts = np.arange(case.kernel_h * case.kernel_w + 1)
        reciprocals = np.where(counts < 3, 0, (1 << 32) // np.maximum(counts, 3) + 1)
        short = (1 << _SHORT_BITS) // np.maximum(counts, 1) + 1
        return {
            "reciprocals": reciprocals.astype(np.int32),
            "short_reciprocals": short.astype(np.int32) if counts[-1] <= _LARGEST_SHORT_COUNT else None,
            "short_bits": _SHORT_BITS,
        }


class AveragePool2D(Pooling):
    """TFLite's AVERAGE_POOL_2D: int8 averages are rounded to nearest, ties away from zero."""

    name = "average_pool2d"
    kernels = (Kernel(), ReciprocalAverage())

    def pool(self, case: OperatorCase, image: Array) -> Array:
        """The mean of each window; float32 is summed row by row, as the C does."""
        wide = image.astype(np.float32 if image.dtype == np.float32 else np.int32)
        seen = patches(wide, *case.windows, fill=0)
        sums: Array = np.zeros((case.out_h, case.out_w, case.out_c), wide.dtype)
        for ky, kx in np.ndindex(case.kernel_h, case.kernel_w):
            sums += seen[:, :, ky, kx]
        inside = patches(np.ones_like(wide[:, :, :1]), *case.windows, fill=0)
        counts: Array = inside.sum(axis=(2, 3), dtype=wide.dtype)
        if image.dtype == np.float32:
            return np.divide(sums, counts)
        magnitudes: Array = (np.abs(sums) + counts // 2) // counts
        return np.copysign(magnitudes, sums).astype(image.dtype)
