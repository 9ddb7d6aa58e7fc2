"""Conversion of int8 or int16 to real numbers, at the edge of a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from hilbench.operators.base.elementwise import Elementwise
from hilbench.operators.case import OperatorCase
from hilbench.operators.constants import Constants
from hilbench.operators.layer import Layer
from hilbench.operators.synthetic_data import draw_input
from hilbench.quantization.conversion import dequantize
from hilbench.tensors import Array, DType, ElementType, TensorSpec


class Dequantize(Elementwise):
    """TFLite's DEQUANTIZE of integers to float32."""

    name = "dequantize"
    dtypes: ClassVar[frozenset[DType]] = frozenset({DType.INT8, DType.INT16X8})
    fuses_activation = False

    def infer_outputs(self, case: OperatorCase) -> tuple[TensorSpec, ...]:
        """Output: the input's shape in float32."""
        return (TensorSpec(case.inputs[0].shape, ElementType.FLOAT32),)

    def synthesize(self, case: OperatorCase) -> Constants:
        """A quantization as activations have it."""
        return Constants(input_quantization=(draw_input(np.random.default_rng(case.seed), case.dtype),))

    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """Scale times the distance from the zero point."""
        return dequantize(inputs[0], layer.constants.input_quantization[0])

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """Scale and zero point of the input."""
        (source,) = layer.constants.input_quantization
        return {"scale": float(source.scale[0]), "zero_point": source.zero_point}
