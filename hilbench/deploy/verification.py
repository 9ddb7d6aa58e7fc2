"""Verification of a network on a board, input by input, each against the interpreter."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

import numpy as np

from hilbench.boards import BoardSession
from hilbench.deploy.inputs import InputSource, NetworkInput, generated_inputs
from hilbench.deploy.layer_outputs import first_difference
from hilbench.deploy.place import Place
from hilbench.deploy.program import Program
from hilbench.errors import BoardMissing, ConfigError, HilbenchError, VerifyError
from hilbench.image import PackedWorkload
from hilbench.results import Measurement, Status
from hilbench.runner.rows import failed
from hilbench.runner.verify import describe_difference
from hilbench.tensors import Array


@dataclass
class Verification:
    """Count of what a board got right.

    Attributes:
        inputs: how many were run.
        differing: those whose outputs differ from the interpreter's.
        first: the first of them; None where there is none.
        difference: a sentence on where its output differs.
        labelled: inputs whose right class is known.
        right: those that the board classified rightly.
    """

    inputs: int = 0
    differing: int = 0
    first: NetworkInput | None = None
    difference: str = ""
    labelled: int = 0
    right: int = 0

    @property
    def accuracy(self) -> float | None:
        """Share of the labelled inputs that were classified rightly (top-1); None without labels."""
        return self.right / self.labelled if self.labelled else None

    @property
    def sentence(self) -> str:
        """Sentence on the outputs that differ; empty where none does."""
        if self.first is None:
            return ""
        count = f"{self.differing} of {self.inputs} inputs give another output"
        return f"{count}, first {self.first.name}. {self.difference}"

    def note(self, given: NetworkInput, expected: Array, output: bytes, difference: str) -> None:
        """Count an input; `difference` is empty where the output is right."""
        self.inputs += 1
        if difference:
            self.differing += 1
            if self.first is None:
                self.first, self.difference = given, difference
        if given.label is not None:
            self.labelled += 1
            self.right += int(np.argmax(np.frombuffer(output, expected.dtype))) == given.label


def verify_inputs(
    board: BoardSession, packed: PackedWorkload, program: Program, inputs: InputSource
) -> Verification:
    """Run a program on each input, and compare its outputs bit for bit.

    Args:
        board: has booted the image that `packed` is in.
        packed: the program there.
        program: whose interpreter knows the outputs.
        inputs: run one by one; those that ask for the outputs get them.

    Raises:
        ConfigError: an input cannot be read.
        LinkError, DeviceFault, MeasureError: as the board raises them.
    """
    outcome = Verification()
    board.select(packed)
    for given in inputs.of(program):
        expected = program.reference(given.tensors)
        output, difference = expected.tobytes(), ""
        board.write_inputs(given.content)
        board.run(1, cold=True)
        is_right = board.output().crc32 == zlib.crc32(output)
        if inputs.takes_outputs or not is_right:
            output = board.read_output()
        if inputs.takes_outputs:
            inputs.take(given, np.frombuffer(output, expected.dtype).reshape(expected.shape))
        if not is_right or output != expected.tobytes():
            difference = describe_difference(program, expected, output)
        outcome.note(given, expected, output, difference)
    return outcome


@dataclass(frozen=True)
class VerifiedRow:
    """A row, which is a failure where the outputs of inputs differ, and what the inputs showed."""

    row: Measurement
    verification: Verification | None = None


def verified_row(
    board: BoardSession, place: Place, probes: Place | None, row: Measurement, inputs: InputSource
) -> VerifiedRow:
    """Verify a program that was measured on further inputs; where it is wrong, find the layer.

    Args:
        board: runs the image of `place`, if the row is right.
        place: of the program.
        probes: of the program with probes; None where that does not fit.
        row: of the program.
        inputs: to verify it on.

    Raises:
        BoardMissing: the board went away.
        ConfigError: an input cannot be read.
    """
    program = place.packed.workload
    if not isinstance(program, Program):
        return VerifiedRow(row)
    outcome: Verification | None = None
    if row.status is Status.OK:
        try:
            outcome = verify_inputs(board, place.packed, program, inputs)
            if outcome.differing:
                raise VerifyError(outcome.sentence, board=board.name)  # as the runner's do
        except (BoardMissing, ConfigError):
            raise
        except HilbenchError as error:
            row = failed(board, place.image, place.packed, error, row.attempts)
    if row.status is Status.VERIFY_FAILED and probes is not None:
        given = outcome.first if outcome else None
        chosen = given or next(generated_inputs(program.inputs, program.seed, 1))
        row = replace(row, cause=f"{row.cause} {_culprit(board, probes, chosen)}")
    return VerifiedRow(row, outcome)


def _culprit(board: BoardSession, probes: Place, given: NetworkInput) -> str:
    """Sentence on the layer that is wrong."""
    try:
        return first_difference(board, probes, given)
    except BoardMissing:
        raise
    except HilbenchError as failure:
        return f"Which layer it is was not found: {failure}"
