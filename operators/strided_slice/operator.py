"""A part of a tensor, with steps along each axis."""

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


class StridedSlice(Movement):
    """TFLite's STRIDED_SLICE without its masks: `begin`, `end` and `step` as Python's slices have them."""

    name = "strided_slice"
    attributes: ClassVar[Attributes] = {"begin": (), "end": (), "step": ()}

    def output_shapes(self, inputs: Sequence[Shape], attributes: Mapping[str, Any]) -> tuple[Shape, ...]:
        """The number of elements taken along each axis; steps that are not given are 1."""
        shape = one_input(inputs)
        if {len(attributes["begin"]), len(attributes["end"])} != {len(shape)}:
            raise CaseError(f"begin and end need {len(shape)} numbers")
        if len(attributes["step"]) not in (0, len(shape)) or 0 in attributes["step"]:
            raise CaseError(f"step needs {len(shape)} numbers other than 0")
        taken = tuple(len(elements) for elements in _ranges(shape, attributes))
        if 0 in taken:
            raise CaseError("nothing lies between begin and end")
        return (taken,)

    def moves(self, case: OperatorCase) -> Iterator[Move]:
        """Move of the elements taken."""
        (source,) = case.inputs
        view = View.whole(source)
        for axis, elements in enumerate(_ranges(source.shape, dict(case.attributes))):
            view = view.sliced(axis, elements.start, len(elements), elements.step)
        yield plan_move(0, view, View.whole(case.outputs[0]))

    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """The input, sliced."""
        case = layer.case
        return inputs[0][tuple(map(slice, *_bounds(case.inputs[0].shape, dict(case.attributes))))]


def _bounds(shape: Shape, attributes: Mapping[str, Any]) -> tuple[Shape, Shape, Shape]:
    return attributes["begin"], attributes["end"], attributes["step"] or (1,) * len(shape)


def _ranges(shape: Shape, attributes: Mapping[str, Any]) -> list[range]:
    """Indexes taken along each axis."""
    slices = map(slice, *_bounds(shape, attributes))
    return [range(*part.indices(length)) for part, length in zip(slices, shape, strict=True)]
