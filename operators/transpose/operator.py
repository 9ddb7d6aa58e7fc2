"""Axes of a tensor in another order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from hilbench.errors import CaseError
from hilbench.operators.base.loop_nest import Move, plan_move
from hilbench.operators.base.movement import Movement
from hilbench.operators.base.shaped import Shape, one_input
from hilbench.operators.case import OperatorCase
from hilbench.operators.layer import Layer
from hilbench.operators.parameters import Attributes
from hilbench.tensors import Array, View


class Transpose(Movement):
    """TFLite's TRANSPOSE: axis i of the output is axis `perm[i]` of the input."""

    name = "transpose"
    attributes: ClassVar[Attributes] = {"perm": ()}

    def output_shapes(self, inputs: Sequence[Shape], attributes: Mapping[str, Any]) -> tuple[Shape, ...]:
        """The input's lengths in the order of `perm`."""
        shape = one_input(inputs)
        if sorted(attributes["perm"]) != list(range(len(shape))):
            raise CaseError(f"perm must name each axis from 0 to {len(shape) - 1} once")
        return (tuple(shape[axis] for axis in attributes["perm"]),)

    def moves(self, case: OperatorCase) -> Iterator[Move]:
        """Move from the reordered input."""
        source = View.whole(case.inputs[0]).transposed(case.integers("perm"))
        yield plan_move(0, source, View.whole(case.outputs[0]))

    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """The input, transposed."""
        return inputs[0].transpose(layer.case.integers("perm"))
