"""Sums and differences of two tensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from hilbench.operators.base.binary_elementwise import BinaryElementwise
from hilbench.operators.constants import Constants
from hilbench.operators.layer import Layer
from hilbench.quantization.activation import activate
from hilbench.quantization.common_scale import SUM_BITS, CommonScale
from hilbench.quantization.fixed_point import to_int8
from hilbench.tensors import Array, DType, ElementType


class Addition(BinaryElementwise):
    """A sum of two tensors, or their difference."""

    sign: ClassVar[int] = 1
    """Sign of the second tensor: 1 or -1."""

    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """The sum: both inputs brought to one scale, added, brought to the output's scale."""
        case = layer.case
        if case.dtype is DType.FLOAT32:
            return activate(
                inputs[0] + inputs[1] if self.sign > 0 else inputs[0] - inputs[1], case.activation
            )
        scale = common_scale(layer.constants)
        left, right = scale.pair(inputs, layer.constants.input_quantization)
        return to_int8(
            scale.output.scale(left + self.sign * right), layer.constants.output_quantization, case.activation
        )

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """The loops, and for int8 the three factors, the zero points and the bounds of the activation."""
        context = {**super().template_context(layer), "operation": "+" if self.sign > 0 else "-"}
        if layer.case.dtype is DType.FLOAT32:
            return context
        scale = common_scale(layer.constants)
        return {
            **context,
            "factors": (scale.first, scale.second, scale.output),
            "left_shift": scale.left_shift,
            "input_zero_points": [
                quantization.zero_point for quantization in layer.constants.input_quantization
            ],
            "output_zero_point": layer.constants.output_quantization.zero_point,
        }


def common_scale(constants: Constants) -> CommonScale:
    """Factors of both inputs and of the output."""
    first, second = constants.input_quantization
    return CommonScale.of_sum(first, second, constants.output_quantization, SUM_BITS[ElementType.INT8])


def sign_of(layer: Layer) -> int:
    """Sign of the second tensor of an addition."""
    operator = layer.operator
    if not isinstance(operator, Addition):
        raise TypeError(f"{operator} is no addition")
    return operator.sign
