"""The layer: a case with its constants, which is all that a kernel is generated from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from hilbench.operators.case import OperatorCase
from hilbench.operators.constants import Constants
from hilbench.tensors import Array


@dataclass(frozen=True, eq=False)
class Layer:
    """A case with its constants: synthetic ones as a grid's cases have, or those of a network.

    Attributes:
        own_constants: of a network; None for the synthetic ones that the case's seed gives.
        name: of the layer in its network; empty outside of one.
    """

    case: OperatorCase
    own_constants: Constants | None = None
    name: str = ""

    @cached_property
    def constants(self) -> Constants:
        """Weights, bias and quantization."""
        return self.own_constants or self.case.operator.synthesize(self.case)

    @cached_property
    def digest(self) -> str:
        """Sixteen hex digits: the case's where constants are synthetic, else of both."""
        if self.own_constants is None:
            return self.case.digest
        both = f"{self.case.digest} {self.own_constants.digest}"
        return hashlib.sha256(both.encode()).hexdigest()[:16]

    def with_weights(self, weights: Array) -> Layer:
        """The layer with its weights in another order, as an algorithm reads them."""
        return replace(self, own_constants=replace(self.constants, weights=weights))

    def reference(self, inputs: Sequence[Array]) -> Array:
        """The output for `inputs`, as `Operator.reference` computes it."""
        return self.case.operator.reference(self, inputs)

    def template_context(self) -> Mapping[str, Any]:
        """All names that the template of the layer's kernel reads beside `case` and `symbol`."""
        return {**self.case.operator.template_context(self), **self.case.kernel.template_context(self)}
