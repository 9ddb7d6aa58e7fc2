"""Average pooling."""

from __future__ import annotations

import numpy as np

from hilbench.cases.case import OperatorCase
from hilbench.cases.geometry import patches, windows
from hilbench.cases.pooling import Pooling
from hilbench.cases.tensors import Array


class AveragePool2D(Pooling):
    """TFLite's AVERAGE_POOL_2D: int8 averages are rounded to nearest, ties away from zero."""

    name = "average_pool2d"

    def pool(self, case: OperatorCase, image: Array) -> Array:
        """The mean of each window; float32 is summed row by row, as the C does."""
        wide = image.astype(np.float32 if image.dtype == np.float32 else np.int32)
        seen = patches(wide, *windows(case), fill=0)
        sums: Array = np.zeros((case.out_h, case.out_w, case.out_c), wide.dtype)
        for ky, kx in np.ndindex(case.kernel_h, case.kernel_w):
            sums += seen[:, :, ky, kx]
        inside = patches(np.ones_like(wide[:, :, :1]), *windows(case), fill=0)
        counts: Array = inside.sum(axis=(2, 3), dtype=wide.dtype)
        if image.dtype == np.float32:
            return np.divide(sums, counts)
        magnitudes: Array = (np.abs(sums) + counts // 2) // counts
        return np.copysign(magnitudes, sums).astype(image.dtype)
