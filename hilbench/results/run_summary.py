"""Summary of a run's rows, for lists of runs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from hilbench.results.measurement import Status


@dataclass(frozen=True)
class RunSummary:
    """Number of a run's rows by their status, by compiler flags, and by variant."""

    statuses: Counter[Status] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    variants: Counter[str] = field(default_factory=Counter)
