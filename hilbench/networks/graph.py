"""Networks as graphs of operators on named tensors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from hilbench.digests import digest
from hilbench.networks.attributes import Attributes
from hilbench.tensors import Array, ElementType, Quantization, TensorSpec


@dataclass(frozen=True, eq=False, repr=False)
class Tensor:
    """A tensor of a network.

    Attributes:
        name: unique in its graph.
        quantization: one scale, or one for each element of the axis `channel_axis`; none for float32 and for
            integers that stand for themselves, as shapes do.
        data: the elements of a constant, in the spec's shape; None for what is computed or put in.
    """

    name: str
    spec: TensorSpec
    quantization: Quantization = field(default_factory=Quantization)
    channel_axis: int = 0
    data: Array | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes, the slowest first."""
        return self.spec.shape

    @property
    def dtype(self) -> ElementType:
        """Type of an element."""
        return self.spec.dtype

    @property
    def is_constant(self) -> bool:
        """Whether the elements are known."""
        return self.data is not None

    def digest_parts(self) -> tuple[str | bytes, ...]:
        """Name, specification, quantization and elements, for a digest."""
        quantization, data = self.quantization, self.data
        scales = f"{quantization.scale.tolist()} {quantization.zero_point} {self.channel_axis}"
        return str(self), scales, b"" if data is None else data.tobytes()

    def __str__(self) -> str:
        return f"{self.name} ({self.spec})"


@dataclass(frozen=True)
class Node:
    """An operator of a network.

    Attributes:
        operator: the name of hilbench's operator where there is one, else TFLite's in lower case.
        inputs: names of tensors. Convolutions and fully_connected have input, weights and bias, laid out as
            TFLite has them: (O, KH, KW, I / groups), depthwise (1, KH, KW, O), fully connected (O, I).
        outputs: names of tensors.
        index: place of the operator in the model file, for messages.
    """

    operator: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Attributes = field(default_factory=Attributes)
    index: int = 0

    def __str__(self) -> str:
        return f"operator {self.index} ({self.operator})"


@dataclass(frozen=True, eq=False, repr=False)
class State:
    """A tensor that one run of a network leaves to the next.

    Attributes:
        current: name of the tensor that nodes read.
        following: name of the tensor whose elements `current` has in the next run.
        initial: elements of `current` in the first run.
    """

    current: str
    following: str
    initial: Array


@dataclass(frozen=True, eq=False, repr=False)
class Graph:
    """A network: nodes in an order in which they can run.

    Attributes:
        tensors: by their names.
        inputs: names of the tensors that are put in.
        outputs: names of the tensors that are taken out.
    """

    name: str
    tensors: Mapping[str, Tensor]
    nodes: tuple[Node, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    states: tuple[State, ...] = ()

    def inputs_of(self, node: Node) -> tuple[Tensor, ...]:
        """Tensors that `node` reads."""
        return tuple(self.tensors[name] for name in node.inputs)

    def outputs_of(self, node: Node) -> tuple[Tensor, ...]:
        """Tensors that `node` writes."""
        return tuple(self.tensors[name] for name in node.outputs)

    def producer(self, name: str) -> Node | None:
        """The node that writes a tensor; None for constants, inputs and states."""
        return self._producers.get(name)

    def consumers(self, name: str) -> tuple[Node, ...]:
        """Nodes that read a tensor, in their order."""
        return self._consumers.get(name, ())

    def only_consumer(self, name: str) -> Node | None:
        """The node that reads a tensor which nothing else needs; None where there is no such node."""
        readers = self.consumers(name)
        return readers[0] if len(readers) == 1 and name not in self.kept else None

    @cached_property
    def digest(self) -> str:
        """Digest of what the network computes (64 hex digits), whatever it is called."""
        return digest(
            [
                *(part for tensor in self.tensors.values() for part in tensor.digest_parts()),
                *(f"{node.operator} {node.inputs} {node.outputs} {node.attributes}" for node in self.nodes),
                f"{self.inputs} {self.outputs}",
                *(f"{state.current} {state.following}" for state in self.states),
                *(state.initial.tobytes() for state in self.states),
            ]
        )

    @cached_property
    def kept(self) -> frozenset[str]:
        """Names of tensors that are needed after the last node: outputs, and states of the next run."""
        return frozenset((*self.outputs, *(state.following for state in self.states)))

    @cached_property
    def given(self) -> frozenset[str]:
        """Names of tensors that are there before the first node, constants excepted: inputs and states."""
        return frozenset((*self.inputs, *(state.current for state in self.states)))

    @cached_property
    def _producers(self) -> Mapping[str, Node]:
        return {name: node for node in self.nodes for name in node.outputs}

    @cached_property
    def _consumers(self) -> Mapping[str, tuple[Node, ...]]:
        readers: dict[str, tuple[Node, ...]] = {}
        for node in self.nodes:
            for name in dict.fromkeys(node.inputs):
                readers[name] = (*readers.get(name, ()), node)
        return readers


def by_name(tensors: Iterable[Tensor]) -> dict[str, Tensor]:
    """Tensors by their names."""
    return {tensor.name: tensor for tensor in tensors}
