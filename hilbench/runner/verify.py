"""Whether the board computed the right thing, and where not."""

from __future__ import annotations

import numpy as np

from hilbench.boards import BoardSession, OutputReport
from hilbench.errors import VerifyError
from hilbench.operators import Workload
from hilbench.runner.expected_outputs import ExpectedOutputs, reference_output
from hilbench.tensors import Array


def verify(
    board: BoardSession, workload: Workload, report: OutputReport, references: ExpectedOutputs
) -> None:
    """Compare the output that the board holds with the host's reference, bit for bit.

    Raises:
        VerifyError: they differ; the sentence names the first element that does.
    """
    expected = references.expected(workload)
    if report.bytes != expected.bytes:
        raise VerifyError(
            f"The output has {report.bytes} bytes instead of {expected.bytes}.", board=board.name
        )
    if report.crc32 != expected.crc32:
        difference = describe_difference(workload, reference_output(workload), board.read_output())
        raise VerifyError(difference, board=board.name)


def describe_difference(workload: Workload, expected: Array, output: bytes) -> str:
    """One sentence on where `output` first leaves `expected`, in its shape."""
    dtype = workload.outputs[0].dtype
    actual = np.frombuffer(output, dtype).reshape(expected.shape)
    # Bits are compared, so that -0.0 is not 0.0 and a NaN is itself.
    bits = f"u{dtype.bits // 8}"
    different = np.argwhere(actual.view(bits) != np.ascontiguousarray(expected).view(bits))
    if len(different) == 0:
        return "The output's checksum differs from the host's, yet reading it back shows no difference."
    first = tuple(int(index) for index in different[0])
    position = ", ".join(str(index) for index in first)
    return (
        f"The output at [{position}] is {actual[first]:g} instead of {expected[first]:g}; "
        f"{len(different)} of {expected.size} elements differ."
    )
