"""A layer with inputs for it: what a reference, an interpreter and the generated C are run on alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hilbench.operators import Constants, Layer, OperatorCase
from hilbench.operators.input_fill import fill_inputs
from hilbench.tensors import Array


@dataclass(frozen=True, eq=False)
class Trial:
    """A case, its constants and its inputs."""

    case: OperatorCase
    constants: Constants
    inputs: tuple[Array, ...]

    @classmethod
    def of(cls, case: OperatorCase) -> Trial:
        """The case's synthetic constants, and the inputs that a device generates."""
        return cls(case, case.operator.synthesize(case), fill_inputs(case.inputs, case.seed))

    @property
    def layer(self) -> Layer:
        """The layer, with constants of its own."""
        return Layer(self.case, self.constants)

    def with_constants(self, **changes: Any) -> Trial:
        """The trial with other constants."""
        return replace(self, constants=replace(self.constants, **changes))

    def with_inputs(self, *inputs: Array) -> Trial:
        """The trial with other inputs."""
        return replace(self, inputs=inputs)

    def reference(self) -> Array:
        """The output as the operator's reference computes it."""
        return self.layer.reference(self.inputs)
