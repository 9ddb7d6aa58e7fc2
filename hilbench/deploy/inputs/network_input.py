"""One set of input tensors of a network, and random ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hilbench.operators.input_fill import fill_inputs
from hilbench.tensors import Array, TensorSpec

_NUMBER = re.compile(r"\[\d+\]$")
_STREAMS = 8
"""Streams of random numbers that each set of inputs has: as many as a workload may have inputs."""


@dataclass(frozen=True, eq=False, repr=False)
class NetworkInput:
    """Elements of a network's input tensors, as the network takes them.

    Attributes:
        name: for messages: a file's, or a number.
        tensors: in the order of the network's inputs, in their shapes.
        label: index of the right class; None where it is not known.
    """

    name: str
    tensors: tuple[Array, ...]
    label: int | None = None

    @property
    def file(self) -> str:
        """Name of the file that it is from, without its number there."""
        return _NUMBER.sub("", self.name)

    @property
    def content(self) -> list[bytes]:
        """Bytes of the tensors."""
        return [tensor.tobytes() for tensor in self.tensors]


def generated_inputs(specs: Sequence[TensorSpec], seed: int, count: int) -> Iterator[NetworkInput]:
    """Random inputs over the whole range of their elements; the first are those that the device generates.

    Args:
        specs: of the network's inputs.
        seed: of the network.
        count: how many sets.
    """
    for number in range(count):
        yield NetworkInput(f"random input {number}", fill_inputs(specs, seed + _STREAMS * number))
