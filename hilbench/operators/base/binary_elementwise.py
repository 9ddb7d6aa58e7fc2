"""Element-wise operators on two tensors, which broadcast as NumPy's do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from hilbench.errors import CaseError
from hilbench.operators.base.loop_nest import loop_nest
from hilbench.operators.base.parameterless import Int8Kernel
from hilbench.operators.base.shaped import Shape, ShapedOperator
from hilbench.operators.case import OperatorCase
from hilbench.operators.constants import Constants
from hilbench.operators.layer import Layer
from hilbench.operators.reuse import IN_PLACE, Reuse
from hilbench.operators.synthetic_data import draw_input, draw_output
from hilbench.quantization.fixed_point import activation_bounds
from hilbench.tensors import DType, View, Window, single


@dataclass(frozen=True)
class EqualShapesKernel(Int8Kernel):
    """A `dsp` kernel of two int8 inputs that have one shape."""

    def supports(self, case: OperatorCase) -> bool:
        """Whether the case is int8 and broadcasts nothing."""
        return super().supports(case) and len(set(case.inputs)) == 1


class BinaryElementwise(ShapedOperator):
    """An operator on two tensors, each with a quantization of its own."""

    input_count = 2
    fuses_activation: ClassVar[bool] = True

    def output_shapes(self, inputs: Sequence[Shape], attributes: Mapping[str, Any]) -> tuple[Shape, ...]:
        """The shape that both broadcast to."""
        if len(inputs) != self.input_count:
            raise CaseError(f"it takes {self.input_count} inputs")
        try:
            return (np.broadcast_shapes(*inputs),)
        except ValueError:
            raise CaseError("the shapes of its inputs do not broadcast") from None

    def synthesize(self, case: OperatorCase) -> Constants:
        """Inputs from the device's generator, quantizations seeded by the case."""
        if not case.dtype.quantized:
            return Constants()
        rng = np.random.default_rng(case.seed)
        sources = tuple(draw_input(rng) for _ in case.inputs)
        output = draw_output(rng, case.activation)
        return Constants(input_quantization=sources, output_quantization=output)

    def input_reuse(self, case: OperatorCase) -> tuple[Reuse | None, ...]:
        """Reuse in place of each input that is not broadcast."""
        return tuple(IN_PLACE if spec.elements == case.outputs[0].elements else None for spec in case.inputs)

    def row_window(self, case: OperatorCase) -> Window | None:
        """One row of each input, unless one is broadcast."""
        return single(case.in_h) if len({*case.inputs, *case.outputs}) == 1 else None

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """Loops over both inputs and the output; for int8 the bounds of the activation."""
        case = layer.case
        (output,) = case.outputs
        views = [View.whole(spec).broadcast(output.shape) for spec in case.inputs]
        context = {"loops": loop_nest((*views, View.whole(output)))}
        if case.dtype is DType.FLOAT32:
            return context
        lowest, highest = activation_bounds(case.activation, layer.constants.output_quantization)
        return {**context, "output_min": lowest, "output_max": highest}
