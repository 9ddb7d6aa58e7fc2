"""Mean over height and width."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from hilbench.kernels.requantization import clamp_of, plan_single
from hilbench.operators.base.elementwise import Elementwise
from hilbench.operators.base.parameterless import Int8Kernel
from hilbench.operators.case import OperatorCase
from hilbench.operators.kernel import Kernel
from hilbench.operators.layer import Layer
from hilbench.operators.reuse import Reuse
from hilbench.operators.synthetic_data import draw_mean, largest_step
from hilbench.quantization.fixed_point import FixedMultiplier, to_int8
from hilbench.tensors import Activation, Array, DType, Quantization


@dataclass(frozen=True)
class ShortMean(Int8Kernel):
    """A sum of each channel that is requantised by as few instructions as its range allows."""

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """Bounds, and constants that requantise a sum."""
        case = layer.case
        largest = case.in_h * case.in_w * largest_step(layer.constants.input_quantization[0])
        scaling = plan_single(layer, _factor(layer), largest)
        return {"clamp": clamp_of(layer), "scaling": scaling}


class Mean(Elementwise):
    """TFLite's MEAN over height and width, which stay as axes of length 1.

    Unlike an average pooling over the whole input it has a quantisation of its own for its output.
    """

    name = "mean"
    kernels = (Kernel(), ShortMean())
    fuses_activation = False

    def out_hw(self, case: OperatorCase) -> tuple[int, int]:
        """Height and width of the output: one pixel."""
        return 1, 1

    def input_reuse(self, case: OperatorCase) -> tuple[Reuse | None, ...]:
        """No reuse: every channel reads all pixels."""
        return (None,)

    def output_quantization(self, case: OperatorCase, source: Quantization, rng: Generator) -> Quantization:
        """Output quantization that fits means of as many pixels as the case has."""
        return draw_mean(rng, source, case.in_h * case.in_w)

    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """The sum of each channel, divided and brought to the output's scale at once."""
        case = layer.case
        pixels = inputs[0].reshape(1, 1, 1, -1, case.in_c)
        if case.dtype is DType.FLOAT32:
            sums: Array = np.add.accumulate(pixels, axis=3)[..., -1, :]
            return np.divide(sums, np.float32(pixels.shape[3]))
        sums = (pixels.astype(np.int64) - layer.constants.input_quantization[0].zero_point).sum(axis=3)
        scaled = _factor(layer).scale(sums)
        return to_int8(scaled, layer.constants.output_quantization, Activation.NONE)

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """Factor, zero points and bounds of an int8; for int8 only."""
        if layer.case.dtype is DType.FLOAT32:
            return {}
        return {
            **super().template_context(layer),
            "factor": _factor(layer),
            "input_zero_point": layer.constants.input_quantization[0].zero_point,
            "output_zero_point": layer.constants.output_quantization.zero_point,
        }


def _factor(layer: Layer) -> FixedMultiplier:
    """Factor from a sum to steps of the output: the ratio of scales, divided by the count, rounded down.

    Source: tensorflow/lite/kernels/internal/reference/reduce.h, QuantizedMeanOrSum.
    """
    case = layer.case
    ratio = FixedMultiplier.from_real(
        layer.constants.input_quantization[0].scale / layer.constants.output_quantization.scale
    )
    count = case.in_h * case.in_w
    spare = min(count.bit_length() - 1, 32, 31 + int(ratio.shift[0]))
    multiplier = (ratio.multiplier.astype(np.int64) << spare) // count
    return FixedMultiplier(multiplier.astype(np.int32), (ratio.shift - spare).astype(np.int8))
