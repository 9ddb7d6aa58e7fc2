"""Inputs and outputs of a network as the exported header and its test show them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hilbench.deploy.c_text import comment
from hilbench.deploy.program import C_TYPES, Program
from hilbench.networks.graph import Tensor
from hilbench.networks.interpreter import Interpreter
from hilbench.operators.c_literals import c_array
from hilbench.operators.input_fill import fill_inputs
from hilbench.tensors import Array

RUNS = 3
"""Stored runs: a network must be right again when it has overwritten its inputs, or has other states."""


@dataclass(frozen=True)
class EdgeTensor:
    """An input or output of a network.

    Attributes:
        name: in C: `input_0`.
        tensor: of the graph.
        offset: of its first byte in the arena.
    """

    name: str
    tensor: Tensor
    offset: int

    @property
    def macro(self) -> str:
        """Name as macros have it."""
        return self.name.upper()

    @property
    def title(self) -> str:
        """Words for a comment."""
        return comment(f"{self.name.replace('_', ' ')}, {self.tensor}")

    @property
    def type(self) -> str:
        """C type of an element."""
        return C_TYPES[self.tensor.dtype]

    @property
    def elements(self) -> int:
        """Number of elements."""
        return self.tensor.spec.elements

    @property
    def bytes(self) -> int:
        """Size."""
        return self.tensor.spec.bytes

    @property
    def is_aligned(self) -> bool:
        """Whether it lies where an element of its type may."""
        return self.offset % (self.tensor.dtype.bits // 8) == 0

    @property
    def scale(self) -> str:
        """The real number that a step stands for, as a C literal; empty for real numbers."""
        scale = self.tensor.quantization.scale
        return f"{np.float32(scale[0]):.9e}f" if scale.size else ""

    @property
    def zero_point(self) -> int:
        """The integer that stands for zero."""
        return self.tensor.quantization.zero_point


def edges(program: Program) -> tuple[tuple[EdgeTensor, ...], tuple[EdgeTensor, ...]]:
    """Inputs and outputs of a program."""
    graph, offsets = program.graph, program.placement.offsets
    inputs = zip(graph.inputs, program.schedule.inputs, strict=True)
    outputs = zip(graph.outputs, program.schedule.outputs, strict=True)
    return (
        tuple(
            EdgeTensor(f"input_{n}", graph.tensors[own], offsets[name])
            for n, (own, name) in enumerate(inputs)
        ),
        tuple(
            EdgeTensor(f"output_{n}", graph.tensors[own], offsets[name])
            for n, (own, name) in enumerate(outputs)
        ),
    )


@dataclass(frozen=True)
class Vector:
    """Bytes of a tensor in each of the stored runs, as lines of a C initializer."""

    name: str
    bytes: int
    runs: tuple[str, ...]


def vectors(program: Program) -> Iterator[Vector]:
    """Generated inputs of some runs, and the outputs that the interpreter computes from them."""
    interpreter = Interpreter(program.graph)
    runs: list[tuple[Array, ...]] = []
    for run in range(RUNS):
        filled = fill_inputs(program.inputs, program.seed + run * len(program.inputs))
        shapes = (program.graph.tensors[name].shape for name in program.graph.inputs)
        inputs = [values.reshape(shape) for values, shape in zip(filled, shapes, strict=True)]
        runs.append((*inputs, *interpreter.run(*inputs)))
    inputs_and_outputs = (edge for side in edges(program) for edge in side)
    for edge, values in zip(inputs_and_outputs, zip(*runs, strict=True), strict=True):
        yield Vector(edge.name, edge.bytes, tuple(map(_bytes, values)))


def _bytes(values: Array) -> str:
    content = np.ascontiguousarray(values).tobytes()
    return c_array(np.frombuffer(content, np.uint8).astype(np.int32))
