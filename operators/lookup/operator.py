"""Any function of one byte, as the table of its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from hilbench.operators.base.elementwise import Elementwise
from hilbench.operators.base.parameterless import Int8Kernel
from hilbench.operators.case import OperatorCase
from hilbench.operators.constants import Constants
from hilbench.operators.kernel import Kernel
from hilbench.operators.layer import Layer
from hilbench.tensors import Array, DType


class Lookup(Elementwise):
    """A function of each int8: rescaling, and every activation function that stands by itself.

    The constants' weights are the table (256,) int8, by the bytes of the input.
    """

    name = "lookup"
    dtypes: ClassVar[frozenset[DType]] = frozenset({DType.INT8})
    kernels = (Kernel(), Int8Kernel())
    fuses_activation = False

    def synthesize(self, case: OperatorCase) -> Constants:
        """A table of random bytes."""
        table = np.random.default_rng(case.seed).integers(-128, 128, 256).astype(np.int8)
        return Constants(weights=table)

    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """The table's entry of each element."""
        table: Array = layer.constants.weights
        return table[inputs[0].view(np.uint8)]

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """The table as bytes."""
        return {"table": layer.constants.weights.view(np.uint8)}
