"""Parts of a tensor along an axis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, ClassVar

import numpy as np

from hilbench.errors import CaseError
from hilbench.operators.base.loop_nest import Move, plan_move
from hilbench.operators.base.movement import Movement
from hilbench.operators.base.shaped import Shape, axis_of, one_input
from hilbench.operators.case import OperatorCase
from hilbench.operators.layer import Layer
from hilbench.operators.parameters import Attributes
from hilbench.tensors import Array, View


class Split(Movement):
    """TFLite's SPLIT and SPLIT_V: an output for each of `sizes`, one behind the other."""

    name = "split"
    attributes: ClassVar[Attributes] = {"axis": -1, "sizes": ()}

    def output_shapes(self, inputs: Sequence[Shape], attributes: Mapping[str, Any]) -> tuple[Shape, ...]:
        """The input's, with each of `sizes` along `axis`."""
        shape = one_input(inputs)
        axis, sizes = axis_of(attributes["axis"], shape), attributes["sizes"]
        if sum(sizes) != shape[axis] or min(sizes) < 1:
            raise CaseError(f"sizes must be positive and add up to {shape[axis]}")
        return tuple((*shape[:axis], size, *shape[axis + 1 :]) for size in sizes)

    def moves(self, case: OperatorCase) -> Iterator[Move]:
        """Moves, one an output."""
        (source,) = case.inputs
        axis = axis_of(case.integer("axis"), source.shape)
        begin = place = 0
        for spec in case.outputs:
            part = View.whole(source).sliced(axis, begin, spec.shape[axis])
            yield plan_move(0, part, View.whole(spec).moved(place))
            begin += spec.shape[axis]
            place += spec.elements

    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """The parts, flat, one behind the other; a single one in its shape."""
        case = layer.case
        borders = list(accumulate(case.integers("sizes")))[:-1]
        parts = np.split(inputs[0], borders, axis=case.integer("axis"))
        return parts[0] if len(parts) == 1 else np.concatenate([part.ravel() for part in parts])
