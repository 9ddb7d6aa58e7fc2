"""An operator of a TFLite file on its way into a graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hilbench.networks.attributes import Attributes
from hilbench.networks.builder import GraphBuilder, Unsupported
from hilbench.networks.evaluation import is_supported
from hilbench.networks.graph import Tensor
from hilbench.networks.types import types_fit
from hilbench.tensors import Activation, Array, ElementType, Quantization, TensorSpec

_ACTIVATIONS = {0: Activation.NONE, 1: Activation.RELU, 3: Activation.RELU6}
"""Fused activations by their number in the schema (ActivationFunctionType)."""

_LARGEST_OPTION = 2.0**20


@dataclass(frozen=True)
class Operation:
    """An operator's operands and options, and the graph that it becomes a part of.

    Attributes:
        name: TFLite's, in upper case.
        options: the schema's table of options; None where the operator has none.
        inputs: None for those that are left out.
    """

    builder: GraphBuilder
    index: int
    name: str
    options: Any
    inputs: tuple[Tensor | None, ...]
    outputs: tuple[Tensor, ...]

    def operand(self, place: int) -> Tensor:
        """The input at a place.

        Raises:
            Unsupported: there is none.
        """
        tensor = self.optional(place)
        if tensor is None:
            raise Unsupported(f"input {place} is missing")
        return tensor

    def optional(self, place: int) -> Tensor | None:
        """The input at a place, if there is one."""
        tensor = self.inputs[place] if place < len(self.inputs) else None
        return None if tensor is None else self.builder.current(tensor.name)

    def operands(self) -> tuple[Tensor, ...]:
        """All inputs, of which there is one at least.

        Raises:
            Unsupported: there is none, or one is left out.
        """
        if not self.inputs:
            raise Unsupported("it has no input")
        return tuple(self.operand(place) for place in range(len(self.inputs)))

    @property
    def output(self) -> Tensor:
        """The first output.

        Raises:
            Unsupported: there is none.
        """
        if not self.outputs:
            raise Unsupported("it has no output")
        return self.outputs[0]

    def option(self, name: str, default: Any = None) -> Any:  # noqa: ANN401
        """An option of the table, or the default where there is no table.

        Raises:
            Unsupported: the table lacks it, or is not there and there is no default.
        """
        value = getattr(self.options, name, default)
        if value is None:
            raise Unsupported(f"the option {name} is missing")
        return value

    def real(self, name: str, default: float | None = None) -> float:
        """An option that is a number.

        Raises:
            Unsupported: it is missing, or neither finite nor of a usual magnitude.
        """
        value = float(self.option(name, default))
        if not abs(value) < _LARGEST_OPTION:  # nor is NaN
            raise Unsupported(f"the option {name} is {value}")
        return value

    def constant(self, place: int) -> Array:
        """Elements of an input that must be known.

        Raises:
            Unsupported: they are computed at run time.
        """
        tensor = self.operand(place)
        if tensor.data is None:
            raise Unsupported(f"input {place} is computed at run time")
        return tensor.data

    def integers(self, place: int) -> tuple[int, ...]:
        """Elements of an integer input that must be known.

        Raises:
            Unsupported: they are computed at run time, or are no integers.
        """
        values = self.constant(place)
        if values.dtype.kind not in "iu":
            raise Unsupported(f"input {place} holds no integers")
        return tuple(int(value) for value in values.ravel())

    def integer(self, place: int) -> int:
        """The only element of an integer input that must be known.

        Raises:
            Unsupported: it is computed at run time, is no integer, or there are several.
        """
        values = self.integers(place)
        if len(values) != 1:
            raise Unsupported(f"input {place} is no single number")
        return values[0]

    def axis(self, value: int, rank: int) -> int:
        """An axis counted from the first.

        Raises:
            Unsupported: there is no such axis.
        """
        if not -rank <= value < rank:
            raise Unsupported(f"axis {value} is none of {rank}")
        return value % rank

    @property
    def activation(self) -> Activation:
        """The fused activation.

        Raises:
            Unsupported: it is none that can be fused.
        """
        number = self.option("fusedActivationFunction", 0)
        if number not in _ACTIVATIONS:
            raise Unsupported(f"its fused activation (number {number} of the schema) is not supported")
        return _ACTIVATIONS[number]

    def emit(
        self,
        operator: str,
        inputs: Sequence[Tensor],
        attributes: Attributes,
        outputs: Sequence[Tensor] | None = None,
    ) -> None:
        """Add an operator to the graph; it writes this one's outputs unless others are given.

        Raises:
            Unsupported: it cannot be computed on inputs of this type.
        """
        if not is_supported(operator, inputs[0].dtype):
            raise Unsupported(f"{operator} on {inputs[0].dtype} is not supported")
        types = [tensor.dtype for tensor in inputs]
        if not types_fit(operator, types):
            raise Unsupported(f"its types ({', '.join(dict.fromkeys(types))}) do not go together")
        self.builder.emit(
            operator, inputs, self.outputs if outputs is None else outputs, attributes, self.index
        )

    def intermediate(self, shape: tuple[int, ...], like: Tensor | None = None) -> Tensor:
        """Add a tensor between two operators that this one becomes, of the output's type or another's."""
        return self.builder.intermediate(like or self.output, f"{self.output.name}_part", shape)

    def zeros(self, length: int, dtype: ElementType) -> Tensor:
        """Add a constant vector of zeros, as of a bias that is left out."""
        data = np.zeros(length, dtype)
        return self.builder.add(
            Tensor(f"{self.output.name}_bias", TensorSpec((length,), dtype), Quantization(), 0, data)
        )
