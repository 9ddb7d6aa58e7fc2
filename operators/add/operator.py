"""Element-wise addition of two tensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hilbench.kernels.requantization import clamp_of, plan_single
from hilbench.operators.base.binary_elementwise import BinaryElementwise, EqualShapesKernel
from hilbench.operators.constants import Constants
from hilbench.operators.kernel import Kernel
from hilbench.operators.layer import Layer
from hilbench.quantization.activation import activate
from hilbench.quantization.common_scale import SUM_BITS, CommonScale
from hilbench.quantization.fixed_point import to_int8
from hilbench.tensors import Array, DType, ElementType


@dataclass(frozen=True)
class TableAddition(EqualShapesKernel):
    """A sum of what each int8 of each input adds to it, from a table of 256 words an input."""

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """The tables (2, 256), by the bytes of the inputs, and what requantises the sum."""
        scale = _common_scale(layer.constants)
        values = np.arange(256, dtype=np.uint8).view(np.int8)
        tables = np.stack(scale.pair((values, values), layer.constants.input_quantization))
        scaling = plan_single(layer, scale.output, int(np.abs(tables).max(axis=1).sum()))
        scaled = (scaling.gain * tables).astype(np.int32)
        return {"tables": scaled, "clamp": clamp_of(layer), "scaling": scaling}


class Add(BinaryElementwise):
    """TFLite's ADD of two tensors."""

    name = "add"
    kernels = (Kernel(), TableAddition())

    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """The sum: both inputs brought to one scale, added, brought to the output's scale."""
        case = layer.case
        if case.dtype is DType.FLOAT32:
            return activate(inputs[0] + inputs[1], case.activation)
        scale = _common_scale(layer.constants)
        left, right = scale.pair(inputs, layer.constants.input_quantization)
        return to_int8(scale.output.scale(left + right), layer.constants.output_quantization, case.activation)

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """The loops, and for int8 the three factors, the zero points and the bounds of the activation."""
        context = super().template_context(layer)
        if layer.case.dtype is DType.FLOAT32:
            return context
        scale = _common_scale(layer.constants)
        return {
            **context,
            "factors": (scale.first, scale.second, scale.output),
            "left_shift": scale.left_shift,
            "input_zero_points": [
                quantization.zero_point for quantization in layer.constants.input_quantization
            ],
            "output_zero_point": layer.constants.output_quantization.zero_point,
        }


def _common_scale(constants: Constants) -> CommonScale:
    """Factors of both inputs and of the output."""
    first, second = constants.input_quantization
    return CommonScale.of_sum(first, second, constants.output_quantization, SUM_BITS[ElementType.INT8])
