"""The schedule: layers in the order in which they run, and where their tensors come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hilbench.operators import Layer
from hilbench.tensors import Array, TensorSpec


@dataclass(frozen=True, eq=False, repr=False)
class Step:
    """A layer, and the tensors that it reads and writes.

    Attributes:
        inputs: names of tensors, in the order of the layer's inputs.
        outputs: names of tensors, which lie one behind the other.
    """

    layer: Layer
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """Place of a tensor that has no storage of its own.

    Attributes:
        whole: name of the tensor that it is a part of, or the same elements as.
        offset: of its first byte.
    """

    whole: str
    offset: int = 0


@dataclass(frozen=True, eq=False, repr=False)
class Schedule:
    """A network as layers.

    Attributes:
        name: of the network.
        tensors: shapes and types of all tensors, by their names.
        constants: elements of those that are constant, states of a network among them.
        parts: places of those that lie within others.
        states: names of what a run reads of the one before, and of what it leaves to the next in its place.
        inputs: names of the tensors that are put in.
        outputs: names of the tensors that are taken out; each has storage of its own.
        results: shapes and types of the outputs as the network has them.
    """

    name: str
    steps: tuple[Step, ...]
    tensors: Mapping[str, TensorSpec]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    results: tuple[TensorSpec, ...]
    constants: Mapping[str, Array] = field(default_factory=dict)
    parts: Mapping[str, Part] = field(default_factory=dict)
    states: tuple[tuple[str, str], ...] = ()

    @property
    def kept(self) -> tuple[str, ...]:
        """Names of tensors that are needed behind the last step: the outputs, and the next states."""
        return (*self.outputs, *(following for _, following in self.states))

    def place(self, name: str) -> Part:
        """The tensor with storage of its own that holds `name`, and where in it."""
        return place_of(name, self.parts)


def place_of(name: str, parts: Mapping[str, Part]) -> Part:
    """The tensor that holds `name` and is no part of another, and where in it."""
    offset = 0
    while name in parts:
        part = parts[name]
        name, offset = part.whole, offset + part.offset
    return Part(name, offset)
