"""Tensors: element types, shapes, sliding windows and quantization; arrays that hold their data."""

from hilbench.tensors.activation import Activation
from hilbench.tensors.array import Array
from hilbench.tensors.dtype import DType
from hilbench.tensors.element import ElementType
from hilbench.tensors.quantization import Quantization
from hilbench.tensors.spec import MOST_AXES, TensorSpec
from hilbench.tensors.view import View
from hilbench.tensors.window import POINT, ExplicitPadding, Padding, Window, Window2D, single

__all__ = [
    "MOST_AXES",
    "POINT",
    "Activation",
    "Array",
    "DType",
    "ElementType",
    "ExplicitPadding",
    "Padding",
    "Quantization",
    "TensorSpec",
    "View",
    "Window",
    "Window2D",
    "single",
]
