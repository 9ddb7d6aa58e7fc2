"""Concatenation of tensors along an axis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from hilbench.errors import CaseError
from hilbench.operators.base.loop_nest import Move, plan_move
from hilbench.operators.base.movement import Movement
from hilbench.operators.base.shaped import Shape, axis_of
from hilbench.operators.case import OperatorCase
from hilbench.operators.layer import Layer
from hilbench.operators.parameters import Attributes
from hilbench.tensors import Array, View


class Concat(Movement):
    """TFLite's CONCATENATION of any number of inputs that have one quantization."""

    name = "concat"
    input_count = 2
    attributes: ClassVar[Attributes] = {"axis": -1}

    def output_shapes(self, inputs: Sequence[Shape], attributes: Mapping[str, Any]) -> tuple[Shape, ...]:
        """Shape of the output: lengths along `axis` added up; all others must be equal."""
        first = inputs[0]
        axis = axis_of(attributes["axis"], first)
        rests = {(*shape[:axis], *shape[axis + 1 :]) for shape in inputs if len(shape) == len(first)}
        if len(rests) > 1 or any(len(shape) != len(first) for shape in inputs):
            raise CaseError(f"inputs must be alike but for axis {axis}")
        return ((*first[:axis], sum(shape[axis] for shape in inputs), *first[axis + 1 :]),)

    def moves(self, case: OperatorCase) -> Iterator[Move]:
        """Moves, one an input."""
        (output,) = case.outputs
        axis = axis_of(case.integer("axis"), output.shape)
        begin = 0
        for index, spec in enumerate(case.inputs):
            length = spec.shape[axis]
            yield plan_move(index, View.whole(spec), View.whole(output).sliced(axis, begin, length))
            begin += length

    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """The inputs, joined."""
        return np.concatenate(inputs, axis=layer.case.integer("axis"))
