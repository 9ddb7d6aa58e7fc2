"""Expected outputs, computed on the host, in the background, while the board runs."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

from hilbench.closing import Closing
from hilbench.errors import VerifyError
from hilbench.operators import Workload
from hilbench.tensors import Array


@dataclass(frozen=True)
class Expected:
    """Size and IEEE CRC-32 of a correct output."""

    bytes: int
    crc32: int


class ExpectedOutputs(Closing):
    """The expected outputs of workloads; variants of one problem share theirs.

    Only checksums are kept. A whole output is computed again for the rare case that it differs.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reference")
        self._lock = Lock()
        self._expected: dict[str, Future[Expected]] = {}

    def close(self) -> None:
        """Drop what is not yet computed; safe to call twice."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def prepare(self, workloads: Iterable[Workload]) -> None:
        """Begin to compute what `workloads` must give, in their order."""
        for workload in workloads:
            self._future(workload)

    def expected(self, workload: Workload) -> Expected:
        """Expected output of `workload`; waits until it is known.

        Raises:
            VerifyError: the operator's reference itself fails.
        """
        return self._future(workload).result()

    def _future(self, workload: Workload) -> Future[Expected]:
        key = workload.problem.digest
        with self._lock:
            if key not in self._expected:
                self._expected[key] = self._pool.submit(_checksum, workload)
            return self._expected[key]


def reference_output(workload: Workload) -> Array:
    """The correct output of `workload`, for the inputs that the device generates."""
    return workload.reference(workload.input_values())


def _checksum(workload: Workload) -> Expected:
    try:
        output = reference_output(workload).tobytes()
    except Exception as error:  # an operator of the user's may raise anything
        raise VerifyError(
            f"The host reference of {workload.label} failed: {type(error).__name__}: {error}; "
            "mend its operator.py."
        ) from error
    return Expected(len(output), zlib.crc32(output))
