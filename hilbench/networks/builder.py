"""Graphs under construction: importers add operators, and those of known operands become constants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from hilbench.errors import ModelError
from hilbench.networks.attributes import Attributes
from hilbench.networks.evaluation import evaluate
from hilbench.networks.graph import Graph, Node, State, Tensor
from hilbench.networks.shapes import RULES, ShapeMismatch
from hilbench.networks.verification import verify_tensor
from hilbench.tensors import Array, ElementType, Quantization, TensorSpec

NONE = Quantization()
"""Quantization of tensors that have none."""


class Unsupported(Exception):
    """A reason why an operator cannot be taken; the message goes on a sentence that names the operator."""


@dataclass
class GraphBuilder:
    """Tensors and nodes of a graph so far.

    Attributes:
        aliases: names of tensors that are other tensors, as what a variable holds.
    """

    name: str
    tensors: dict[str, Tensor] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)

    def add(self, tensor: Tensor) -> Tensor:
        """Add a tensor, under a new name where its own is taken."""
        name, count = tensor.name, 1
        while name in self.tensors:
            count += 1
            name = f"{tensor.name}_{count}"
        self.tensors[name] = replace(tensor, name=name)
        return self.tensors[name]

    def current(self, name: str) -> Tensor:
        """The tensor that a name stands for."""
        return self.tensors[self.aliases.get(name, name)]

    def intermediate(self, like: Tensor, name: str, shape: tuple[int, ...]) -> Tensor:
        """Add a tensor of the type and quantization of another one."""
        return self.add(replace(like, name=name, spec=TensorSpec(shape, like.dtype), data=None))

    def following(self, state: Tensor) -> Tensor:
        """Add the tensor that an operator makes of a state, which begins with real zeros."""
        after = self.intermediate(state, f"{state.name}_next", state.shape)
        zeros = np.full(state.shape, state.quantization.zero_point, state.dtype)
        self.states.append(State(state.name, after.name, zeros))
        return after

    def emit(
        self,
        operator: str,
        inputs: Sequence[Tensor],
        outputs: Sequence[Tensor],
        attributes: Attributes,
        index: int,
    ) -> None:
        """Add an operator, or the constants that it gives.

        Raises:
            ModelError: shapes and options do not go together.
        """
        names = tuple(self.current(tensor.name).name for tensor in inputs)
        node = Node(operator, names, tuple(tensor.name for tensor in outputs), attributes, index)
        operands = [self.tensors[name] for name in names]
        self._set_shapes(node, operands)
        if operator == "shape" or all(tensor.is_constant for tensor in operands):
            written = [self.tensors[name] for name in node.outputs]
            for tensor, data in zip(written, evaluate(node, operands, written), strict=True):
                self.tensors[tensor.name] = replace(tensor, data=data)
        else:
            self.nodes.append(node)

    def _set_shapes(self, node: Node, operands: Sequence[Tensor]) -> None:
        """Give the outputs the shapes that follow from the operands."""
        rule = RULES[node.operator]
        try:
            shapes = rule.infer([tensor.shape for tensor in operands], node.attributes)
        except ShapeMismatch as error:
            raise ModelError(f"O{str(node)[1:]} has {error}.") from None
        if len(shapes) != len(node.outputs):
            raise ModelError(f"O{str(node)[1:]} has {len(node.outputs)} outputs, it gives {len(shapes)}.")
        for name, shape in zip(node.outputs, shapes, strict=True):
            tensor = self.tensors[name]
            self.tensors[name] = verify_tensor(replace(tensor, spec=TensorSpec(shape, tensor.dtype)))

    def constant(self, name: str, data: Array, quantization: Quantization = NONE, axis: int = 0) -> Tensor:
        """Add a constant."""
        spec = TensorSpec(data.shape, ElementType(data.dtype.name))
        return self.add(Tensor(name, spec, quantization, axis, data))

    def graph(self, inputs: Sequence[str], outputs: Sequence[str]) -> Graph:
        """The graph, with the tensors that it needs."""
        ends = tuple(self.current(name).name for name in outputs)
        states = tuple(replace(state, following=self.current(state.following).name) for state in self.states)
        needed = {*inputs, *ends, *(name for node in self.nodes for name in (*node.inputs, *node.outputs))}
        needed |= {name for state in states for name in (state.current, state.following)}
        tensors: Mapping[str, Tensor] = {
            name: tensor for name, tensor in self.tensors.items() if name in needed
        }
        return Graph(self.name, tensors, tuple(self.nodes), tuple(inputs), ends, states)
