"""Cases to run: the case type, grids, the operator registry."""

from hilbench.cases.case import Activation, DType, OperatorCase
from hilbench.cases.codegen import render
from hilbench.cases.grids import builtin_grids, load_grid
from hilbench.cases.kernel import Kernel
from hilbench.cases.operator import Operator
from hilbench.cases.registry import Registry, load_operators
from hilbench.cases.tensors import Tensors
from hilbench.cases.tuning import UNTUNED, Tuning
from hilbench.cases.variants import REFERENCE

__all__ = [
    "REFERENCE",
    "UNTUNED",
    "Activation",
    "DType",
    "Kernel",
    "Operator",
    "OperatorCase",
    "Registry",
    "Tensors",
    "Tuning",
    "builtin_grids",
    "load_grid",
    "load_operators",
    "render",
]
