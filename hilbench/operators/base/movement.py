"""Operators that only move elements: any number of inputs and outputs, of up to four axes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from hilbench.operators.base.loop_nest import Move
from hilbench.operators.base.shaped import ShapedOperator
from hilbench.operators.case import OperatorCase
from hilbench.operators.constants import Constants
from hilbench.operators.layer import Layer
from hilbench.operators.synthetic_data import draw_input
from hilbench.tensors import DType


class Movement(ShapedOperator):
    """An operator whose outputs hold elements of its inputs, unchanged; all have one quantization."""

    dtypes: ClassVar[frozenset[DType]] = frozenset({DType.INT8, DType.INT16X8, DType.FLOAT32})

    @abstractmethod
    def moves(self, case: OperatorCase) -> Iterable[Move]:
        """Moves that fill the outputs, as if they were one tensor."""

    def synthesize(self, case: OperatorCase) -> Constants:
        """Inputs from the device's generator, in their shapes."""
        if not case.dtype.quantized:
            return Constants()
        source = draw_input(np.random.default_rng(case.seed), case.dtype)
        return Constants(input_quantization=(source,) * len(case.inputs), output_quantization=source)

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """Moves for the template."""
        return {"moves": tuple(self.moves(layer.case))}
