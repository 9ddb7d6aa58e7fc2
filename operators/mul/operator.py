"""Element-wise multiplication of two tensors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hilbench.kernels.requantization import clamp_of, plan_single
from hilbench.operators.base.binary_elementwise import BinaryElementwise, EqualShapesKernel
from hilbench.operators.constants import Constants
from hilbench.operators.kernel import Kernel
from hilbench.operators.layer import Layer
from hilbench.operators.synthetic_data import largest_step
from hilbench.quantization.activation import activate
from hilbench.quantization.conversion import product_factor
from hilbench.quantization.fixed_point import FixedMultiplier, to_int8
from hilbench.tensors import Array, DType


@dataclass(frozen=True)
class ShortMultiplication(EqualShapesKernel):
    """A product that is requantised by as few instructions as its range allows."""

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """Bounds, and constants that requantise a product."""
        largest = math.prod(largest_step(quantization) for quantization in layer.constants.input_quantization)
        scaling = plan_single(layer, _factor(layer.constants), largest)
        return {"clamp": clamp_of(layer), "scaling": scaling}


class Mul(BinaryElementwise):
    """TFLite's MUL of two tensors."""

    name = "mul"
    kernels = (Kernel(), ShortMultiplication())

    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """The product, brought to the output's scale."""
        case = layer.case
        if case.dtype is DType.FLOAT32:
            return activate(inputs[0] * inputs[1], case.activation)
        left, right = (
            values.astype(np.int64) - quantization.zero_point
            for values, quantization in zip(inputs, layer.constants.input_quantization, strict=True)
        )
        scaled = _factor(layer.constants).scale(left * right)
        return to_int8(scaled, layer.constants.output_quantization, case.activation)

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """The loops, and for int8 the factor, the zero points and the bounds of the activation."""
        context = super().template_context(layer)
        if layer.case.dtype is DType.FLOAT32:
            return context
        return {
            **context,
            "factor": _factor(layer.constants),
            "input_zero_points": [
                quantization.zero_point for quantization in layer.constants.input_quantization
            ],
            "output_zero_point": layer.constants.output_quantization.zero_point,
        }


def _factor(constants: Constants) -> FixedMultiplier:
    """Factor from a product to steps of the output."""
    first, second = constants.input_quantization
    return product_factor(first, second, constants.output_quantization)
