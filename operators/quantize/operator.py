"""Conversion of real numbers to int8 or int16, at the edge of a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from hilbench.operators.base.elementwise import Elementwise
from hilbench.operators.case import OperatorCase
from hilbench.operators.constants import Constants
from hilbench.operators.layer import Layer
from hilbench.operators.parameters import Attributes
from hilbench.operators.synthetic_data import draw_input
from hilbench.quantization.conversion import quantize
from hilbench.tensors import Array, DType, ElementType, TensorSpec

_TYPES = {8: ElementType.INT8, 16: ElementType.INT16}


class Quantize(Elementwise):
    """TFLite's QUANTIZE of float32 to integers of `bits`."""

    name = "quantize"
    dtypes: ClassVar[frozenset[DType]] = frozenset({DType.FLOAT32})
    attributes: ClassVar[Attributes] = {"bits": 8}
    fuses_activation = False

    def check(self, case: OperatorCase) -> None:
        """Require a width that there is a type of."""
        self.require_bits(case)
        super().check(case)

    def require_bits(self, case: OperatorCase) -> None:
        """Require 8 or 16 bits."""
        self.require(case, case.integer("bits") in _TYPES, "bits must be 8 or 16")

    def infer_outputs(self, case: OperatorCase) -> tuple[TensorSpec, ...]:
        """Output: the input's shape in integers."""
        return (TensorSpec(case.inputs[0].shape, _TYPES.get(case.integer("bits"), ElementType.INT8)),)

    def synthesize(self, case: OperatorCase) -> Constants:
        """A quantization that inputs from -1 to 1 use the range of."""
        drawn = draw_input(np.random.default_rng(case.seed))
        return Constants(output_quantization=drawn)

    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """The nearest steps, ties away from zero."""
        (output,) = layer.case.outputs
        return quantize(inputs[0], layer.constants.output_quantization, output.dtype)

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """Scale, zero point and range of the output."""
        (output,), quantization = layer.case.outputs, layer.constants.output_quantization
        limits = np.iinfo(output.dtype)
        return {
            "scale": np.float32(quantization.scale[0]),
            "zero_point": quantization.zero_point,
            "lowest": int(limits.min),
            "highest": int(limits.max),
            "out_type": f"{output.dtype}_t",
        }
