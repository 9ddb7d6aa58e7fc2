"""Operators that only move elements: any number of inputs and outputs, of up to four axes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from hilbench.operators.base.loop_nest import Move
from hilbench.operators.base.shaped import ShapedOperator
from hilbench.operators.case import OperatorCase
from hilbench.operators.constants import Tensors
from hilbench.operators.input_fill import fill_inputs
from hilbench.operators.synthetic_data import draw_input
from hilbench.tensors import DType


class Movement(ShapedOperator):
    """An operator whose outputs hold elements of its inputs, unchanged; all have one quantization."""

    dtypes: ClassVar[frozenset[DType]] = frozenset({DType.INT8, DType.INT16X8, DType.FLOAT32})

    @abstractmethod
    def moves(self, case: OperatorCase) -> Iterable[Move]:
        """Moves that fill the outputs, as if they were one tensor."""

    def tensors(self, case: OperatorCase) -> Tensors:
        """Inputs from the device's generator, in their shapes."""
        inputs = fill_inputs(case)
        if not case.dtype.quantized:
            return Tensors(inputs)
        source = draw_input(np.random.default_rng(case.seed), case.dtype)
        return Tensors(inputs, input_quantization=(source,) * len(inputs), output_quantization=source)

    def template_context(self, case: OperatorCase, tensors: Tensors) -> Mapping[str, Any]:
        """Moves for the template."""
        return {"moves": tuple(self.moves(case))}
