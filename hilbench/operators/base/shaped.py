"""Operators whose output shapes follow from any inputs of up to four axes; most have no weights."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from hilbench.errors import CaseError
from hilbench.operators.case import OperatorCase
from hilbench.operators.operator import Operator
from hilbench.tensors import POINT, Activation, TensorSpec

Shape = tuple[int, ...]


class ShapedOperator(Operator):
    """An operator without window; several outputs lie one behind the other, without a gap."""

    fuses_activation: ClassVar[bool] = False

    @property
    def parameters(self) -> tuple[str, ...]:
        """The activation, where it fuses one."""
        return ("activation",) if self.fuses_activation else ()

    @abstractmethod
    def output_shapes(self, inputs: Sequence[Shape], attributes: Mapping[str, Any]) -> tuple[Shape, ...]:
        """Shapes of the outputs.

        Raises:
            CaseError: shapes and attributes do not go together; the sentence begins with the rule.
        """

    def defaults(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The length of the first output's last axis as `out_c`."""
        if "inputs" not in parameters:
            return {}
        attributes = {name: parameters.get(name, value) for name, value in self.attributes.items()}
        try:
            return {"out_c": self.output_shapes(parameters["inputs"], attributes)[0][-1]}
        except CaseError:
            return {"out_c": 1}  # check says what is wrong

    def check(self, case: OperatorCase) -> None:
        """Require shapes that go together, no window and no fused activation."""
        super().check(case)
        self.require(case, case.window == POINT, "kernel, stride and dilation must be 1, padding same")
        self.require(case, case.groups == 1, "groups must be 1")
        fits = self.fuses_activation or case.activation is Activation.NONE
        self.require(case, fits, "activation must be none")

    def infer_outputs(self, draft: OperatorCase) -> tuple[TensorSpec, ...]:
        """Outputs of the inferred shapes, in the inputs' type."""
        try:
            shapes = self.output_shapes([spec.shape for spec in draft.inputs], dict(draft.attributes))
        except CaseError as error:
            raise CaseError(f"Impossible case of {self.name}: {error}.") from None
        return tuple(TensorSpec(shape, draft.dtype.element) for shape in shapes)

    def macs(self, case: OperatorCase) -> int:
        """Elements written, which are counted in place of MACs."""
        return sum(spec.elements for spec in case.outputs)

    def weight_bytes(self, case: OperatorCase) -> int:
        """Zero bytes: there are no weights."""
        return 0


def axis_of(axis: int, shape: Shape) -> int:
    """An axis counted from the first, which may be given from the last as -1, -2, ...

    Raises:
        CaseError: there is no such axis.
    """
    if not -len(shape) <= axis < len(shape):
        raise CaseError(f"axis {axis} is none of {len(shape)}")
    return axis % len(shape)


def one_input(inputs: Sequence[Shape]) -> Shape:
    """The shape of the only input.

    Raises:
        CaseError: there are several.
    """
    if len(inputs) != 1:
        raise CaseError("it takes one input")
    return inputs[0]
