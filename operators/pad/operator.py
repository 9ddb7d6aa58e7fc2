"""A tensor with a border around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from hilbench.errors import CaseError
from hilbench.operators.base.loop_nest import Fill, Move, plan_fill, plan_move
from hilbench.operators.base.movement import Movement
from hilbench.operators.base.shaped import Shape, one_input
from hilbench.operators.case import OperatorCase
from hilbench.operators.layer import Layer
from hilbench.operators.parameters import Attributes
from hilbench.tensors import Array, View


class Pad(Movement):
    """TFLite's PAD: real zeros before and behind each axis, `before` and `behind` of them."""

    name = "pad"
    attributes: ClassVar[Attributes] = {"before": (), "behind": ()}

    def output_shapes(self, inputs: Sequence[Shape], attributes: Mapping[str, Any]) -> tuple[Shape, ...]:
        """Shape of the output: the input's lengths plus those of both borders."""
        shape = one_input(inputs)
        before, behind = attributes["before"], attributes["behind"]
        if {len(before), len(behind)} != {len(shape)} or min(*before, *behind) < 0:
            raise CaseError(f"before and behind need {len(shape)} numbers of 0 or more")
        return (tuple(map(sum, zip(before, shape, behind, strict=True))),)

    def moves(self, case: OperatorCase) -> Iterator[Move]:
        """Move to within the borders."""
        (source,), (output,) = case.inputs, case.outputs
        inside = View.whole(output)
        for axis, begin in enumerate(case.integers("before")):
            inside = inside.sliced(axis, begin, source.shape[axis])
        yield plan_move(0, View.whole(source), inside)

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """The borders, and the word that they are filled with."""
        case = layer.case
        zero = np.full(4, layer.constants.output_quantization.zero_point, case.dtype.element)
        context = {"fills": tuple(_borders(case)), "fill_word": int(zero.view(np.uint32)[0])}
        return {**super().template_context(layer), **context}

    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """The input among zero points."""
        case = layer.case
        widths = list(zip(case.integers("before"), case.integers("behind"), strict=True))
        return np.pad(inputs[0], widths, constant_values=layer.constants.output_quantization.zero_point)


def _borders(case: OperatorCase) -> Iterator[Fill]:
    """Fills of both borders of each axis, over all that lies within the borders of the axes before it."""
    (source,), (output,) = case.inputs, case.outputs
    within = View.whole(output)
    for axis, begin in enumerate(case.integers("before")):
        length, end = source.shape[axis], begin + source.shape[axis]
        for first, count in ((0, begin), (end, output.shape[axis] - end)):
            if count:
                yield plan_fill(within.sliced(axis, first, count))
        within = within.sliced(axis, begin, length)
