"""Cases that have no numbers, and why."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from hilbench.analysis import describe
from hilbench.results import reason

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
"""Meaning of each status, for tables that keep no causes."""


@dataclass(frozen=True)
class Failure:
    """Cases that ended in the same way for the same reason."""

    status: str
    cause: str
    cases: tuple[str, ...]
    attempts: int
    """The most that any of them took."""


def failures(frame: pd.DataFrame) -> list[Failure]:
    """Every row that is not `ok`, grouped by status and cause, in the order of the run."""
    failed = frame[frame["status"] != "ok"]
    names = pd.Series([row["label"] or describe(row) for _, row in failed.iterrows()], failed.index)
    reasons = [reason(str(cause), name) for cause, name in zip(failed["cause"], names, strict=True)]
    return [
        Failure(
            status=str(status).replace("_", " "),
            cause=str(cause) or _MEANING.get(str(status), ""),
            cases=tuple(names[group.index]),
            attempts=int(group["attempts"].fillna(0).max()),
        )
        for (status, cause), group in failed.assign(cause=reasons).groupby(["status", "cause"], sort=False)
    ]
