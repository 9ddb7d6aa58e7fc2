"""What to run: the case type, grids, the operator registry."""

from hilbench.cases.case import Activation, DType, OperatorCase, Padding
from hilbench.cases.operator import Operator
from hilbench.cases.tensors import Quantization, Tensors

__all__ = ["Activation", "DType", "Operator", "OperatorCase", "Padding", "Quantization", "Tensors"]
