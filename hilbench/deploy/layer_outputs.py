"""Outputs of a network's steps, one by one: as a board computes them, and as they must be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hilbench.boards import BoardSession
from hilbench.deploy.inputs import NetworkInput
from hilbench.deploy.place import Place
from hilbench.deploy.program import Program
from hilbench.deploy.schedule import Schedule, Step
from hilbench.errors import ConfigError
from hilbench.tensors import Array

_NO_FILE_NAME = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, eq=False, repr=False)
class StepOutput:
    """Output of one step.

    Attributes:
        index: of the step.
        actual: elements as the board computed them, in the shape of the layer's output.
        expected: elements by the references of this layer and of those before it.
    """

    index: int
    step: Step
    actual: Array
    expected: Array

    @property
    def differs(self) -> bool:
        """Whether any bit is another."""
        return self.actual.tobytes() != self.expected.tobytes()

    @property
    def sentence(self) -> str:
        """Sentence on the element that is most off."""
        off = np.abs(self.actual.astype(np.float64) - self.expected.astype(np.float64))
        worst = np.unravel_index(int(np.argmax(np.nan_to_num(off, nan=np.inf))), off.shape)
        place = ", ".join(map(str, worst))
        count = int(np.count_nonzero(off)) or 1
        layer = self.step.layer
        return (
            f"The first layer that differs is {layer.name} (step {self.index}, {layer}): most off is "
            f"its element [{place}], {self.actual[worst]:g} instead of {self.expected[worst]:g}; "
            f"{count} of {off.size} differ."
        )

    @property
    def file_name(self) -> str:
        """Name of a file by the step's number and the layer's name."""
        return f"{self.index:03}_{_NO_FILE_NAME.sub('_', self.step.layer.name)}.npy"


def step_outputs(board: BoardSession, probes: Place, given: NetworkInput) -> Iterator[StepOutput]:
    """Outputs of the steps in their order, each of a run that ends behind the step.

    Args:
        board: an open one.
        probes: place of a program with probes.
        given: what it runs on.

    Raises:
        HilbenchError: as the board raises it.
    """
    program = probes.packed.workload
    if not isinstance(program, Program):
        raise TypeError(f"{program} has no steps")
    probes.start_on(board)
    board.write_inputs(given.content)
    for index, (step, expected) in enumerate(_references(program.schedule, given.tensors)):
        if index and program.arena.consumes_inputs:
            board.write_inputs(given.content)
        board.run_until(index)
        content = b"".join(
            board.read_arena(*_place(program, name, program.schedule.tensors[name].bytes))
            for name in step.outputs
        )
        yield StepOutput(
            index, step, np.frombuffer(content, expected.dtype).reshape(expected.shape), expected
        )


def first_difference(board: BoardSession, probes: Place, given: NetworkInput) -> str:
    """Sentence on the first step whose output is wrong, as `step_outputs` finds them."""
    for output in step_outputs(board, probes, given):
        if output.differs:
            return output.sentence
    return "Each layer gives what it must when the network is run step by step."


def save_outputs(board: BoardSession, probes: Place, given: NetworkInput, folder: Path) -> None:
    """Write the output of each step, as the board computed it, as a NumPy array into a folder.

    Raises:
        ConfigError: it cannot be written.
        HilbenchError: as the board raises it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for output in step_outputs(board, probes, given):
            np.save(folder / output.file_name, output.actual)
    except OSError as error:
        raise ConfigError(f"Cannot write the outputs of layers into {folder}: {error.strerror}.") from error


def _references(schedule: Schedule, inputs: Sequence[Array]) -> Iterator[tuple[Step, Array]]:
    """Each step with its output by the layers' references; no tensor shares its place with another."""
    memory = {
        name: bytearray(spec.bytes) for name, spec in schedule.tensors.items() if name not in schedule.parts
    }
    for name, data in schedule.constants.items():
        memory[name][:] = np.ascontiguousarray(data).tobytes()
    for name, data in zip(schedule.inputs, inputs, strict=True):
        _write(schedule, memory, name, data.tobytes())
    for step in schedule.steps:
        layer = step.layer
        read = [
            np.frombuffer(_read(schedule, memory, name, spec.bytes), spec.dtype).reshape(spec.shape)
            for name, spec in zip(step.inputs, layer.inputs, strict=True)
        ]
        expected = np.ascontiguousarray(layer.reference(read))
        left = expected.tobytes()
        for name in step.outputs:
            size = schedule.tensors[name].bytes
            _write(schedule, memory, name, left[:size])
            left = left[size:]
        yield step, expected


def _read(schedule: Schedule, memory: dict[str, bytearray], name: str, size: int) -> bytes:
    part = schedule.place(name)
    return bytes(memory[part.whole][part.offset : part.offset + size])


def _write(schedule: Schedule, memory: dict[str, bytearray], name: str, data: bytes) -> None:
    part = schedule.place(name)
    memory[part.whole][part.offset : part.offset + len(data)] = data


def _place(program: Program, name: str, size: int) -> tuple[int, int, str]:
    """Offset of a tensor in its bank, its size, and the bank's name, empty for the arena."""
    part = program.schedule.place(name)
    bank = program.placement.banks.get(part.whole, "")
    return program.placement.offsets[part.whole] + part.offset, size, bank
