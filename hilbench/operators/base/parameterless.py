"""Base of operators without weights: as many channels out as in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from hilbench.operators.base.image import ImageOperator
from hilbench.operators.case import OperatorCase
from hilbench.operators.constants import Constants
from hilbench.operators.kernel import Kernel
from hilbench.operators.layer import Layer
from hilbench.operators.reuse import Reuse
from hilbench.operators.synthetic_data import draw_input
from hilbench.operators.variants import DSP
from hilbench.quantization.fixed_point import activation_bounds
from hilbench.tensors import DType, Quantization


@dataclass(frozen=True)
class Int8Kernel(Kernel):
    """A `dsp` kernel of int8, whatever the shape."""

    name: str = DSP

    def supports(self, case: OperatorCase) -> bool:
        """Whether the case is int8."""
        return case.dtype is DType.INT8

    def input_reuse(self, layer: Layer) -> tuple[Reuse | None, ...]:
        """Reuse as the reference has it: pixels and elements are computed in the same order."""
        return layer.operator.input_reuse(layer.case)


class Parameterless(ImageOperator):
    """An operator that only moves, compares or sums activations."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Parameters of a window, and the activation."""
        return ("kernel", "stride", "padding", "activation")

    def defaults(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Defaults: as many output channels as input channels."""
        return {"out_c": parameters["in_c"]} if "in_c" in parameters else {}

    def check(self, case: OperatorCase) -> None:
        """Require that channels pass one by one."""
        super().check(case)
        self.require(case, case.out_c == case.in_c, "out_c must equal in_c; leave it out")
        self.require(case, case.window.dilation == (1, 1), "dilation must be 1")
        self.require(case, case.groups == 1, "groups must be 1")

    def weight_bytes(self, case: OperatorCase) -> int:
        """Zero bytes: there are no weights."""
        return 0

    def synthesize(self, case: OperatorCase) -> Constants:
        """Inputs from the device's generator, quantisations seeded by the case."""
        if case.dtype is DType.FLOAT32:
            return Constants()
        rng = np.random.default_rng(case.seed)
        sources = tuple(draw_input(rng) for _ in case.inputs)
        output = self.output_quantization(case, sources[0], rng)
        return Constants(input_quantization=sources, output_quantization=output)

    def output_quantization(self, case: OperatorCase, source: Quantization, rng: Generator) -> Quantization:
        """Output quantization: that of `source`, the first input, unless an operator says otherwise."""
        return source

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """Bounds of the activation; for int8 only."""
        case = layer.case
        if case.dtype is DType.FLOAT32:
            return {}
        lowest, highest = activation_bounds(case.activation, layer.constants.output_quantization)
        return {"output_min": lowest, "output_max": highest}
