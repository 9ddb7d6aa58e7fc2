"""Max pooling."""

from __future__ import annotations

import numpy as np

from hilbench.cases.arithmetic.fixed_point import INT8_MIN
from hilbench.cases.case import OperatorCase
from hilbench.cases.families.pooling import Pooling
from hilbench.cases.families.weightless import Int8Kernel
from hilbench.cases.geometry import patches
from hilbench.cases.kernel import Kernel
from hilbench.tensors import Array


class MaxPool2D(Pooling):
    """TFLite's MAX_POOL_2D."""

    name = "max_pool2d"
    kernels = (Kernel(), Int8Kernel())

    def pool(self, case: OperatorCase, image: Array) -> Array:
        """The largest element of each window."""
        lowest = INT8_MIN if image.dtype == np.int8 else -np.inf
        largest: Array = patches(image, *case.windows, fill=lowest).max(axis=(2, 3))
        return largest
