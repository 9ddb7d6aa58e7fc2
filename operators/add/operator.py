"""Element-wise addition of two tensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilbench.kernels.requantization import clamp_of, plan_single
from hilbench.operators.base.binary_elementwise import BinaryElementwise, EqualShapesKernel
from hilbench.operators.constants import Constants
from hilbench.operators.kernel import Kernel
from hilbench.operators.layer import Layer
from hilbench.quantization.activation import activate
from hilbench.quantization.fixed_point import FixedMultiplier, to_int8
from hilbench.tensors import Array, DType, Quantization

_LEFT_SHIFT = 20
"""Bits of headroom given to both inputs before they are brought to one scale (TFLite's int8 ADD)."""


@dataclass(frozen=True)
class TableAddition(EqualShapesKernel):
    """A sum of what each int8 of each input adds to it, from a table of 256 words an input."""

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """The tables (2, 256), by the bytes of the inputs, and what requantises the sum."""
        *inputs, output = _factors(layer.constants)
        values = np.arange(256, dtype=np.uint8).view(np.int8)
        tables = np.stack(
            [
                _to_one_scale(values, quantization, factor)
                for quantization, factor in zip(layer.constants.input_quantization, inputs, strict=True)
            ]
        )
        scaling = plan_single(layer, output, int(np.abs(tables).max(axis=1).sum()))
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
        *factors, output = _factors(layer.constants)
        left, right = (
            _to_one_scale(values, quantization, factor)
            for values, quantization, factor in zip(
                inputs, layer.constants.input_quantization, factors, strict=True
            )
        )
        return to_int8(output.scale(left + right), layer.constants.output_quantization, case.activation)

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """The loops, and for int8 the three factors, the zero points and the bounds of the activation."""
        context = super().template_context(layer)
        if layer.case.dtype is DType.FLOAT32:
            return context
        return {
            **context,
            "factors": _factors(layer.constants),
            "left_shift": _LEFT_SHIFT,
            "input_zero_points": [
                quantization.zero_point for quantization in layer.constants.input_quantization
            ],
            "output_zero_point": layer.constants.output_quantization.zero_point,
        }


def _to_one_scale(values: Array, quantization: Quantization, factor: FixedMultiplier) -> NDArray[np.int64]:
    """An input's values as the sum has them."""
    return factor.scale((values.astype(np.int64) - quantization.zero_point) << _LEFT_SHIFT)


def _factors(constants: Constants) -> tuple[FixedMultiplier, FixedMultiplier, FixedMultiplier]:
    """Factors of both inputs and of the output.

    Source: tensorflow/lite/kernels/add.cc, PrepareGeneralQuantized.
    """
    first, second = (quantization.scale for quantization in constants.input_quantization)
    common = 2 * np.maximum(first, second)
    output = common / ((1 << _LEFT_SHIFT) * constants.output_quantization.scale)
    return (
        FixedMultiplier.from_real(first / common),
        FixedMultiplier.from_real(second / common),
        FixedMultiplier.from_real(output),
    )
