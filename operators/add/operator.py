"""Element-wise addition of two tensors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from hilbench.cases.activation import activate
from hilbench.cases.case import DType, OperatorCase
from hilbench.cases.fill import fill_inputs
from hilbench.cases.fixed_point import FixedMultiplier, to_int8
from hilbench.cases.quantization import draw_input, draw_output
from hilbench.cases.tensors import Array, Tensors
from hilbench.cases.weightless import Weightless

_LEFT_SHIFT = 20
"""Bits of headroom given to both inputs before they are brought to one scale (TFLite's int8 ADD)."""


class Add(Weightless):
    """TFLite's ADD of two equal shapes, each input with a quantisation of its own."""

    name = "add"
    input_count = 2

    def check(self, case: OperatorCase) -> None:
        """Nothing slides."""
        super().check(case)
        self.require(case, {case.kernel_h, case.kernel_w, case.stride} == {1}, "kernel and stride must be 1")

    def out_hw(self, case: OperatorCase) -> tuple[int, int]:
        """The input's."""
        return case.in_h, case.in_w

    def macs(self, case: OperatorCase) -> int:
        """Additions."""
        return case.in_h * case.in_w * case.in_c

    def tensors(self, case: OperatorCase) -> Tensors:
        """Inputs from the device's generator, quantisations seeded by the case."""
        inputs = fill_inputs(case)
        if case.dtype is DType.FLOAT32:
            return Tensors(inputs)
        rng = np.random.default_rng(case.seed)
        return Tensors(
            inputs,
            input_quantization=(draw_input(rng), draw_input(rng)),
            output_quantization=draw_output(rng, case.activation),
        )

    def reference(self, case: OperatorCase, tensors: Tensors) -> Array:
        """The sum: both inputs brought to one scale, added, brought to the output's scale."""
        if case.dtype is DType.FLOAT32:
            return activate(tensors.inputs[0] + tensors.inputs[1], case.activation)
        first, second, output = _factors(tensors)
        raised = [
            (values.astype(np.int64) - quantization.zero_point) << _LEFT_SHIFT
            for values, quantization in zip(tensors.inputs, tensors.input_quantization, strict=True)
        ]
        sums = first.scale(raised[0]) + second.scale(raised[1])
        return to_int8(output.scale(sums), tensors.output_quantization, case.activation)

    def c_context(self, case: OperatorCase, tensors: Tensors) -> Mapping[str, Any]:
        """For int8 the three factors, the zero points and the bounds of the activation."""
        if case.dtype is DType.FLOAT32:
            return {}
        return {
            **super().c_context(case, tensors),
            "factors": _factors(tensors),
            "left_shift": _LEFT_SHIFT,
            "input_zero_points": [quantization.zero_point for quantization in tensors.input_quantization],
            "output_zero_point": tensors.output_quantization.zero_point,
        }


def _factors(tensors: Tensors) -> tuple[FixedMultiplier, FixedMultiplier, FixedMultiplier]:
    """Factors of both inputs and of the output.

    Source: tensorflow/lite/kernels/add.cc, PrepareGeneralQuantized.
    """
    first, second = (quantization.scale for quantization in tensors.input_quantization)
    common = 2 * np.maximum(first, second)
    output = common / ((1 << _LEFT_SHIFT) * tensors.output_quantization.scale)
    return (
        FixedMultiplier.from_real(first / common),
        FixedMultiplier.from_real(second / common),
        FixedMultiplier.from_real(output),
    )
