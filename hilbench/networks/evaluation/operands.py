"""Operands of a node that is computed: tensors with the elements that they have now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from hilbench.networks.attributes import Attributes
from hilbench.networks.graph import Node, Tensor
from hilbench.tensors import Array, ElementType, Quantization

Options = TypeVar("Options", bound=Attributes)


@dataclass(frozen=True)
class Operands:
    """A node, the tensors that it reads and writes, and the elements of those that it reads."""

    node: Node
    inputs: tuple[Tensor, ...]
    values: tuple[Array, ...]
    outputs: tuple[Tensor, ...]

    @property
    def value(self) -> Array:
        """Elements of the first input."""
        return self.values[0]

    @property
    def output(self) -> Tensor:
        """The first output."""
        return self.outputs[0]

    @property
    def is_float(self) -> bool:
        """Whether the first input has real numbers."""
        return self.inputs[0].dtype is ElementType.FLOAT32

    @property
    def is_quantized(self) -> bool:
        """Whether the first input stands for real numbers by its scale."""
        return self.inputs[0].quantization.scale.size > 0 and not self.is_float

    @property
    def input_quantizations(self) -> tuple[Quantization, ...]:
        """Quantizations of the inputs."""
        return tuple(tensor.quantization for tensor in self.inputs)

    def options(self, kind: type[Options]) -> Options:
        """The node's attributes, which are of the type `kind`.

        Raises:
            TypeError: they are of another type, which `verify` rules out.
        """
        if not isinstance(self.node.attributes, kind):
            raise TypeError(f"{self.node} has {type(self.node.attributes).__name__}, not {kind.__name__}")
        return self.node.attributes

    def saturated(self, values: Array) -> Array:
        """Integers in the range and type of the output."""
        limits = np.iinfo(self.output.dtype)
        return np.clip(values, limits.min, limits.max).astype(self.output.dtype)
