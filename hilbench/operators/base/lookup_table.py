"""Operators on one number: with int8 a function of a byte, and so a table of 256."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilbench.operators.base.elementwise import Elementwise
from hilbench.operators.base.parameterless import Int8Kernel
from hilbench.operators.constants import Constants
from hilbench.operators.kernel import Kernel
from hilbench.operators.layer import Layer
from hilbench.tensors import Array, DType

_BYTES = np.arange(256, dtype=np.uint8).view(np.int8)


class LookupTable(Elementwise):
    """An activation function that is an operator by itself."""

    fuses_activation = False
    kernels = (Kernel(), Int8Kernel())

    @abstractmethod
    def real(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """The function of float32, in the order of the C."""

    @abstractmethod
    def quantized(self, values: NDArray[np.int8], constants: Constants) -> NDArray[np.int8]:
        """The function of int8, by the quantisations of `constants`."""

    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """The function, element by element."""
        (values,) = inputs
        return (
            self.real(values)
            if layer.case.dtype is DType.FLOAT32
            else self.quantized(values, layer.constants)
        )

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """Table of the outputs by the bytes of the input; for int8 only."""
        if layer.case.dtype is DType.FLOAT32:
            return {}
        return {"table": self.quantized(_BYTES, layer.constants).view(np.uint8)}
