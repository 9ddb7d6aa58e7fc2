"""Softmax over the channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from hilbench.operators.base.elementwise import Elementwise
from hilbench.operators.base.parameterless import Int8Kernel
from hilbench.operators.case import OperatorCase
from hilbench.operators.kernel import Kernel
from hilbench.operators.layer import Layer
from hilbench.operators.parameters import Attributes
from hilbench.operators.synthetic_data import PROBABILITY
from hilbench.quantization.float_exponential import exp_of_negative
from hilbench.quantization.softmax import SUM_BITS, DifferenceScaling, softmax
from hilbench.tensors import Array, DType, ElementType, Quantization, TensorSpec

INT8 = 8
_SHARES = {8: ElementType.INT8, 16: ElementType.INT16}


@dataclass(frozen=True)
class TableSoftmax(Int8Kernel):
    """A softmax whose exponentials come from a table of 256 words."""

    def supports(self, case: OperatorCase) -> bool:
        """Whether the shares are int8."""
        return super().supports(case) and share_bits(case) == INT8

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """The exponentials (256,) of minus the differences 255 to 0, Q0.31."""
        differences = np.arange(255, -1, -1)
        return {"exponentials": _scaling(layer).exponentials(differences).astype(np.uint32)}


class Softmax(Elementwise):
    """TFLite's SOFTMAX of each pixel's channels, with beta = 1; shares of int8 may be int16."""

    name = "softmax"
    attributes: ClassVar[Attributes] = {"bits": ()}
    """Bits of a share; none for those of the input."""
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

    def infer_outputs(self, draft: OperatorCase) -> tuple[TensorSpec, ...]:
        """Output: the input's shape, in shares."""
        given = draft.integers("bits")
        fits = not given or (draft.dtype is DType.INT8 and given in ((8,), (16,)))
        self.require(draft, fits, "bits must be 8 or 16, and are those of int8 alone")
        kind = _SHARES[share_bits(draft)] if draft.dtype.quantized else draft.dtype.element
        return (TensorSpec(draft.inputs[0].shape, kind),)

    def output_quantization(self, case: OperatorCase, source: Quantization, rng: Generator) -> Quantization:
        """Output quantization for values from 0 to 1."""
        return PROBABILITY

    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """The share of each channel's exponential in their sum; float32 is summed in order."""
        (values,) = inputs
        if layer.case.dtype is DType.FLOAT32:
            powers = exp_of_negative(values - values.max(axis=-1, keepdims=True))
            return np.divide(powers, np.add.accumulate(powers, axis=-1)[..., -1:])
        return softmax(values, layer.constants.input_quantization[0], layer.outputs[0].dtype)

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """Scaling of differences and bits of a share; for int8 only."""
        if layer.case.dtype is DType.FLOAT32:
            return {}
        return {"difference_scaling": _scaling(layer), "bits": share_bits(layer.case)}


def share_bits(case: OperatorCase) -> int:
    """Bits of a share of int8 inputs."""
    return next(iter(case.integers("bits")), INT8)


def _scaling(layer: Layer) -> DifferenceScaling:
    return DifferenceScaling.of(layer.constants.input_quantization[0])
