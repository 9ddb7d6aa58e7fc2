"""Whether the board computed the right thing, and where not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hilbench.boards import BoardSession, OutputReport
from hilbench.errors import VerifyError
from hilbench.operators import Workload
from hilbench.runner.expected_outputs import ExpectedOutputs, reference_output
from hilbench.tensors import Array


@dataclass(frozen=True)
class Difference:
    """Difference of an output from its reference.

    Attributes:
        largest: magnitude, in steps of a quantized output, else in its own unit.
        differing: elements that differ in any bit.
        elements: of the output.
        is_quantized: whether `largest` counts steps.
    """

    largest: float
    differing: int
    elements: int
    is_quantized: bool

    @classmethod
    def between(cls, expected: Array, actual: Array) -> Difference:
        """The difference of two outputs of one shape and type."""
        distances = np.abs(actual.astype(np.float64) - expected.astype(np.float64))
        return cls(
            largest=float(distances.max(initial=0)),
            differing=int(np.count_nonzero(_bits(actual) != _bits(expected))),
            elements=expected.size,
            is_quantized=expected.dtype.kind in "iu",
        )

    @property
    def share(self) -> float:
        """Part of the elements that differ."""
        return self.differing / max(self.elements, 1)

    def __str__(self) -> str:
        unit = (" step" if self.largest == 1 else " steps") if self.is_quantized else ""
        return f"{self.differing} of {self.elements} elements differ, by at most {self.largest:g}{unit}"


def verify(
    board: BoardSession,
    workload: Workload,
    report: OutputReport,
    references: ExpectedOutputs,
    *,
    exact: bool = True,
) -> Difference | None:
    """Compare the output that the board holds with the host's reference, bit for bit.

    Args:
        board: an open one, which has run the workload.
        workload: what it ran.
        report: of its output.
        references: of outputs.
        exact: whether a difference is an error.

    Returns:
        The difference; None where there is none.

    Raises:
        VerifyError: they differ, in size or though they must not; the sentence names the first element that
            does.
    """
    expected = references.expected(workload)
    if report.bytes != expected.bytes:
        raise VerifyError(
            f"The output has {report.bytes} bytes instead of {expected.bytes}.", board=board.name
        )
    if report.crc32 == expected.crc32:
        return None
    reference, output = reference_output(workload), board.read_output()
    if exact:
        raise VerifyError(describe_difference(workload, reference, output), board=board.name)
    return Difference.between(reference, np.frombuffer(output, reference.dtype).reshape(reference.shape))


def describe_difference(workload: Workload, expected: Array, output: bytes) -> str:
    """One sentence on where `output` first leaves `expected`, in its shape."""
    dtype = workload.outputs[0].dtype
    actual = np.frombuffer(output, dtype).reshape(expected.shape)
    different = np.argwhere(_bits(actual) != _bits(expected))
    if len(different) == 0:
        return "The output's checksum differs from the host's, yet reading it back shows no difference."
    first = tuple(int(index) for index in different[0])
    position = ", ".join(str(index) for index in first)
    return (
        f"The output at [{position}] is {actual[first]:g} instead of {expected[first]:g}; "
        f"{len(different)} of {expected.size} elements differ."
    )


def _bits(values: Array) -> Array:
    """Elements as unsigned integers of their bits, by which -0.0 is not 0.0 and a NaN is itself."""
    bits: Array = np.ascontiguousarray(values).view(f"u{values.dtype.itemsize}")
    return bits
