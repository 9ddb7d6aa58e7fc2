"""Cases that have no numbers, and why."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from hilbench.efficiency import describe
from hilbench.report.numbers import integer

_MEANING = {
    "skipped": "It does not fit the chip.",
    "build_failed": "Its C did not compile or link.",
    "flash_failed": "The debug probe failed while programming.",
    "boot_failed": "The firmware did not come up with this image.",
    "link_failed": "The serial line failed.",
    "verify_failed": "Its output differs from the host reference, so it has no latency.",
    "measure_failed": "The device faulted or its samples cannot be a measurement.",
    "power_failed": "The power meter failed or its window is invalid.",
}
"""What a status means, for tables that keep no causes."""


@dataclass(frozen=True)
class Failure:
    """One case that was not measured."""

    case: str
    status: str
    cause: str
    attempts: str


def failures(frame: pd.DataFrame) -> list[Failure]:
    """Every row that is not `ok`, in the order of the run."""
    return [
        Failure(
            case=row["label"] or describe(row),
            status=row["status"].replace("_", " "),
            cause=row["cause"] or _MEANING.get(row["status"], ""),
            attempts=integer(row["attempts"]),
        )
        for _, row in frame[frame["status"] != "ok"].iterrows()
    ]
