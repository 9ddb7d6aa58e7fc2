"""Max pooling."""

from __future__ import annotations

import numpy as np

from hilbench.operators.base.parameterless import Int8Kernel
from hilbench.operators.base.pooling import Pooling
from hilbench.operators.case import OperatorCase
from hilbench.operators.kernel import Kernel
from hilbench.quantization.fixed_point import INT8_MIN
from hilbench.tensors import Array
from hilbench.tensors.patches import patches


class MaxPool2D(Pooling):
    """TFLite's MAX_POOL_2D."""

    name = "max_pool2d"
    kernels = (Kernel(), Int8Kernel())

    def pool(self, case: OperatorCase, image: Array) -> Array:
        """The largest element of each window."""
        lowest = INT8_MIN if image.dtype == np.int8 else -np.inf
        largest: Array = patches(image, *case.windows, fill=lowest).max(axis=(2, 3))
        return largest
