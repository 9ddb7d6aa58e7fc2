"""Interpreter of graphs in NumPy: the reference that a device's outputs are held against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hilbench.errors import ModelError
from hilbench.networks.evaluation import evaluate
from hilbench.networks.graph import Graph, Node
from hilbench.tensors import Array


class Interpreter:
    """A graph that can be run, with the states that one run leaves to the next."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.reset()

    def reset(self) -> None:
        """Give all states their initial elements."""
        self._states = {state.current: state.initial for state in self.graph.states}

    def run(self, *inputs: Array) -> tuple[Array, ...]:
        """The outputs for `inputs`, both in the order of the graph.

        Raises:
            ModelError: an input has another shape or type than the graph's.
        """
        values: dict[str, Array] = {}
        for _, written in self.steps(*inputs):
            values |= written
        return tuple(self._element(name, values) for name in self.graph.outputs)

    def steps(self, *inputs: Array) -> Iterator[tuple[Node | None, Mapping[str, Array]]]:
        """Tensors that there are at first, without a node, and then each node with what it writes, in order.

        Raises:
            ModelError: an input has another shape or type than the graph's.
        """
        values = {**self._states, **self._checked(inputs)}
        yield None, dict(values)
        for node in self.graph.nodes:
            read, write = self.graph.inputs_of(node), self.graph.outputs_of(node)
            results = evaluate(node, read, write, [self._element(tensor.name, values) for tensor in read])
            written = dict(zip(node.outputs, results, strict=True))
            values |= written
            yield node, written
        self._states = {state.current: self._element(state.following, values) for state in self.graph.states}

    def _element(self, name: str, values: Mapping[str, Array]) -> Array:
        data = self.graph.tensors[name].data
        return values[name] if data is None else data

    def _checked(self, inputs: tuple[Array, ...]) -> dict[str, Array]:
        names = self.graph.inputs
        if len(inputs) != len(names):
            raise ModelError(f"{self.graph.name} takes {len(names)} inputs, not {len(inputs)}.")
        for name, array in zip(names, inputs, strict=True):
            spec = self.graph.tensors[name].spec
            if array.shape != spec.shape or array.dtype != spec.dtype:
                given = f"{'x'.join(map(str, array.shape))} {array.dtype}"
                raise ModelError(f"The input {name} of {self.graph.name} is {spec}, not {given}.")
        return dict(zip(names, inputs, strict=True))
