"""Element-wise addition of two tensors."""

from __future__ import annotations

from hilbench.kernels.table_addition import TableAddition
from hilbench.operators.base.addition import Addition
from hilbench.operators.kernel import Kernel


class Add(Addition):
    """TFLite's ADD of two tensors."""

    name = "add"
    kernels = (Kernel(), TableAddition())
