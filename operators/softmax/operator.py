"""Softmax over the channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from hilbench.operators.base.elementwise import Elementwise
from hilbench.operators.base.parameterless import Int8Kernel
from hilbench.operators.case import OperatorCase
from hilbench.operators.kernel import Kernel
from hilbench.operators.layer import Layer
from hilbench.operators.synthetic_data import PROBABILITY
from hilbench.quantization.float_exponential import exp_of_negative
from hilbench.quantization.softmax import SUM_BITS, DifferenceScaling, softmax
from hilbench.tensors import Array, DType, ElementType, Quantization


@dataclass(frozen=True)
class TableSoftmax(Int8Kernel):
    """A softmax whose exponentials come from a table of 256 words."""

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """The exponentials (256,) of minus the differences 255 to 0, Q0.31."""
        differences = np.arange(255, -1, -1)
        return {"exponentials": _scaling(layer).exponentials(differences).astype(np.uint32)}


class Softmax(Elementwise):
    """TFLite's SOFTMAX of each pixel's channels, with beta = 1."""

    name = "softmax"
    kernels = (Kernel(), TableSoftmax())
    fuses_activation = False

    def defaults(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """A vector, as behind a fully connected layer."""
        return super().defaults(parameters) | {"in_h": 1, "in_w": 1}

    def check(self, case: OperatorCase) -> None:
        """The sum of the exponentials has a limit."""
        super().check(case)
        fits = case.dtype is DType.FLOAT32 or case.in_c < 1 << SUM_BITS
        self.require(case, fits, f"in_c must be less than {1 << SUM_BITS}")

    def output_quantization(self, case: OperatorCase, source: Quantization, rng: Generator) -> Quantization:
        """Output quantization for values from 0 to 1."""
        return PROBABILITY

    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """The share of each channel's exponential in their sum; float32 is summed in order."""
        (values,) = inputs
        if layer.case.dtype is DType.FLOAT32:
            powers = exp_of_negative(values - values.max(axis=-1, keepdims=True))
            return np.divide(powers, np.add.accumulate(powers, axis=-1)[..., -1:])
        return softmax(values, layer.constants.input_quantization[0], ElementType.INT8)

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """Scaling of differences; for int8 only."""
        return {} if layer.case.dtype is DType.FLOAT32 else {"difference_scaling": _scaling(layer)}


def _scaling(layer: Layer) -> DifferenceScaling:
    return DifferenceScaling.of(layer.constants.input_quantization[0])
