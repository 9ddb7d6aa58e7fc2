"""Differences between two runs' settings, where each is constant within its run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from hilbench.analysis.keys import SETUP_COLUMNS


@dataclass(frozen=True)
class Contrast:
    """One column of `SETUP_COLUMNS` with its value in each run."""

    axis: str
    base: str
    new: str

    def __str__(self) -> str:
        return f"{self.axis} {self.base or '–'} → {self.new or '–'}"


def contrasts(base: pd.DataFrame, new: pd.DataFrame) -> tuple[Contrast, ...]:
    """Differences between two runs as a whole, among the rows that ran."""
    return tuple(_contrasts(base[base["status"] == "ok"], new[new["status"] == "ok"]))


def _contrasts(base: pd.DataFrame, new: pd.DataFrame) -> Iterator[Contrast]:
    for name in SETUP_COLUMNS:
        sides = [frame[name].dropna().astype(str).unique() for frame in (base, new)]
        if all(len(values) == 1 for values in sides):
            (before,), (after,) = sides
            told = name == "tuning" or (before and after)
            if before != after and told:
                yield Contrast(name, before, after)
