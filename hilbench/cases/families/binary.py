"""What element-wise operators of two tensors share."""

from __future__ import annotations

import numpy as np

from hilbench.cases.case import DType, OperatorCase
from hilbench.cases.families.windowless import Windowless
from hilbench.cases.fill import fill_inputs
from hilbench.cases.quantization import draw_input, draw_output
from hilbench.cases.tensors import Tensors


class Binary(Windowless):
    """An operator on two equal shapes, each input with a quantisation of its own."""

    input_count = 2

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
