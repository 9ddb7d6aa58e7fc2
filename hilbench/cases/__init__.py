"""What to run: the case type, grids, the operator registry."""

from hilbench.cases.case import Activation, DType, OperatorCase, Padding
from hilbench.cases.codegen import render
from hilbench.cases.grids import builtin_grids, load_grid
from hilbench.cases.operator import Operator
from hilbench.cases.registry import Registry, load_operators
from hilbench.cases.tensors import Quantization, Tensors

__all__ = [
    "Activation",
    "DType",
    "Operator",
    "OperatorCase",
    "Padding",
    "Quantization",
    "Registry",
    "Tensors",
    "builtin_grids",
    "load_grid",
    "load_operators",
    "render",
]
