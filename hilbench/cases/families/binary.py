"""What element-wise operators of two tensors share."""

from __future__ import annotations

from numpy.random import Generator

from hilbench.cases.case import OperatorCase
from hilbench.cases.families.windowless import Windowless
from hilbench.cases.quantization import draw_output
from hilbench.cases.tensors import Quantization


class Binary(Windowless):
    """An operator on two equal shapes, each input with a quantisation of its own."""

    input_count = 2

    def output_quantization(self, case: OperatorCase, source: Quantization, rng: Generator) -> Quantization:
        """One that fits the range left by the activation."""
        return draw_output(rng, case.activation)
