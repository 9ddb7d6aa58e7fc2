"""Element-wise difference of two tensors."""

from __future__ import annotations

from hilbench.kernels.table_addition import TableAddition
from hilbench.operators.base.addition import Addition
from hilbench.operators.kernel import Kernel


class Sub(Addition):
    """TFLite's SUB of two tensors."""

    name = "sub"
    kernels = (Kernel(), TableAddition())
    sign = -1
