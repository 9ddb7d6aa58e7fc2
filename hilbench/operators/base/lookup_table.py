"""Operators on one number: with int8 a function of a byte, and so a table of 256."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilbench.operators.base.elementwise import Elementwise
from hilbench.operators.base.parameterless import Int8Kernel
from hilbench.operators.case import OperatorCase
from hilbench.operators.constants import Tensors
from hilbench.operators.kernel import Kernel
from hilbench.tensors import Array, DType

_BYTES = np.arange(256, dtype=np.uint8).view(np.int8)


class LookupTable(Elementwise):
    """An activation function that stands by itself."""

    fuses_activation = False
    kernels = (Kernel(), Int8Kernel())

    @abstractmethod
    def real(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """The function of float32, in the order of the C."""

    @abstractmethod
    def quantized(self, values: NDArray[np.int8], tensors: Tensors) -> NDArray[np.int8]:
        """The function of int8, by the quantisations of `tensors`."""

    def reference(self, case: OperatorCase, tensors: Tensors) -> Array:
        """The function, element by element."""
        (values,) = tensors.inputs
        return self.real(values) if case.dtype is DType.FLOAT32 else self.quantized(values, tensors)

    def template_context(self, case: OperatorCase, tensors: Tensors) -> Mapping[str, Any]:
        """Table of the outputs by the bytes of the input; for int8 only."""
        if case.dtype is DType.FLOAT32:
            return {}
        return {"table": self.quantized(_BYTES, tensors).view(np.uint8)}
