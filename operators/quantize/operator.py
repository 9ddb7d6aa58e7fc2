"""Conversion of real numbers, or of int16, to integers, at the edge of a network."""

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
from hilbench.quantization.conversion import quantize, requantize
from hilbench.quantization.fixed_point import FixedMultiplier
from hilbench.tensors import Array, DType, ElementType, Quantization, TensorSpec

_TYPES = {8: ElementType.INT8, 16: ElementType.INT16, 32: ElementType.INT32}

_MOST_FINER = 8
"""Largest factor to finer steps of synthetic constants, as a power of two: results fit into 32 bits."""


class Quantize(Elementwise):
    """TFLite's QUANTIZE of float32, or of int16 of another scale, to integers of `bits`."""

    name = "quantize"
    dtypes: ClassVar[frozenset[DType]] = frozenset({DType.FLOAT32, DType.INT16X8})
    attributes: ClassVar[Attributes] = {"bits": 8}
    fuses_activation = False

    def check(self, case: OperatorCase) -> None:
        """Require a width that there is a type of."""
        self.require_bits(case)
        super().check(case)

    def require_bits(self, case: OperatorCase) -> None:
        """Require 8, 16 or, from int16, 32 bits."""
        widths = tuple(_TYPES) if case.dtype.quantized else (8, 16)
        self.require(case, case.integer("bits") in widths, f"bits must be one of {widths}")

    def infer_outputs(self, case: OperatorCase) -> tuple[TensorSpec, ...]:
        """Output: the input's shape in integers."""
        return (TensorSpec(case.inputs[0].shape, _TYPES.get(case.integer("bits"), ElementType.INT8)),)

    def synthesize(self, case: OperatorCase) -> Constants:
        """A quantization that inputs from -1 to 1, or those of an int16, use the range of."""
        rng = np.random.default_rng(case.seed)
        if not case.dtype.quantized:
            return Constants(output_quantization=draw_input(rng))
        source = draw_input(rng, case.dtype)
        wider = max(16 - case.integer("bits"), -_MOST_FINER)
        step = np.float32(source.scale[0] * 2.0**wider * rng.uniform(0.8, 1.2))
        zero_point = int(rng.integers(-9, 10)) if case.integer("bits") == 8 else 0
        output = Quantization(np.array([step], np.float64), zero_point)
        return Constants(input_quantization=(source,), output_quantization=output)

    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """The nearest steps, ties away from zero; from int16 rounded twice."""
        (output,), constants = layer.case.outputs, layer.constants
        if layer.case.dtype.quantized:
            (source,) = constants.input_quantization
            return requantize(inputs[0], source, constants.output_quantization, output.dtype)
        return quantize(inputs[0], constants.output_quantization, output.dtype)

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """Scale, zero point and range of the output, or the factor from int16."""
        (output,), quantization = layer.case.outputs, layer.constants.output_quantization
        limits = np.iinfo(output.dtype)
        factors = [source.scale / quantization.scale for source in layer.constants.input_quantization]
        return {
            "scale": np.float32(quantization.scale[0]),
            "factor": FixedMultiplier.from_real(factors[0]) if factors else None,
            "input_zero_point": sum(source.zero_point for source in layer.constants.input_quantization),
            "zero_point": quantization.zero_point,
            "lowest": int(limits.min),
            "highest": int(limits.max),
            "out_type": f"{output.dtype}_t",
        }
