"""Interface of what gives a network its inputs, and takes what the board makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Protocol

from hilbench.deploy.inputs.network_input import NetworkInput
from hilbench.deploy.program import Program
from hilbench.tensors import Array


class InputSource(Protocol):
    """Inputs that a network is verified on.

    Attributes:
        takes_outputs: whether every output is read from the board, which costs time, and given to `take`;
            else its checksum says whether it is right.
    """

    takes_outputs: ClassVar[bool]

    def of(self, program: Program) -> Iterator[NetworkInput]:
        """Inputs of a program, made one by one.

        Raises:
            ConfigError: one cannot be had, or is no input of the network.
        """
        ...

    def take(self, given: NetworkInput, output: Array) -> None:
        """Take what the board made of an input, right or wrong, in the shape of the network's output."""
        ...
