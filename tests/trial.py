"""A layer with inputs for it: what a reference, an interpreter and the generated C are run on alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from hilbench.operators import Constants, Layer, Operator, OperatorCase, Registry, load_operators
from hilbench.tensors import Array


@cache
def _operators() -> Registry:
    return load_operators()


def layer_of(case: OperatorCase) -> Layer:
    """A case of one of hilbench's own operators, with synthetic constants."""
    return Layer(_operators()[case.operator], case)


@dataclass(frozen=True, eq=False)
class Trial:
    """A case of an operator, its constants and its inputs."""

    operator: Operator
    case: OperatorCase
    constants: Constants
    inputs: tuple[Array, ...]

    @classmethod
    def of(cls, case: OperatorCase | Layer) -> Trial:
        """The layer's constants, synthetic those of a case, and the inputs that a device generates."""
        layer = case if isinstance(case, Layer) else layer_of(case)
        return cls(layer.operator, layer.case, layer.constants, layer.input_values())

    @property
    def layer(self) -> Layer:
        """The layer, with constants of its own."""
        return Layer(self.operator, self.case, self.constants)

    def with_constants(self, **changes: Any) -> Trial:
        """The trial with other constants."""
        return replace(self, constants=replace(self.constants, **changes))

    def with_inputs(self, *inputs: Array) -> Trial:
        """The trial with other inputs."""
        return replace(self, inputs=inputs)

    def reference(self) -> Array:
        """The output as the operator's reference computes it."""
        return self.layer.reference(self.inputs)
