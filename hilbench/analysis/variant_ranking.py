"""Variants of one shape against each other: which took the fewest cycles, and what it cost."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from hilbench.analysis.keys import CONDITIONS, IMPLEMENTATION, describe, problems, varying


@dataclass(frozen=True)
class VariantRanking:
    """The variants of one shape under one configuration.

    Attributes:
        case: what they compute.
        configuration: what else the run sweeps; empty where nothing.
        rows: those that ran, the fastest first; two at least.
    """

    case: str
    configuration: str
    rows: tuple[pd.Series, ...]

    @property
    def winner(self) -> pd.Series:
        """The row with the fewest cycles."""
        return self.rows[0]

    def row_of(self, variant: str) -> pd.Series | None:
        """The fastest row of a variant; None where it did not run."""
        return next((row for row in self.rows if row["variant"] == variant), None)

    @property
    def lead(self) -> float:
        """Cycles of the second by the winner's."""
        return float(self.rows[1]["cycles_median"] / self.winner["cycles_median"])


def variant_rankings(frame: pd.DataFrame) -> tuple[VariantRanking, ...]:
    """Contests, one for each problem and configuration of which several variants ran, in the run's order."""
    ran = frame[frame["status"] == "ok"]
    axes = [name for name in varying(frame) if name in CONDITIONS]
    key = [problems(ran), *(ran[name] for name in CONDITIONS)]
    return tuple(
        VariantRanking(describe(group.iloc[0]), _title(group.iloc[0], axes), _by_speed(group))
        for _, group in ran.groupby(key, sort=False, dropna=False)
        if len(group[list(IMPLEMENTATION)].drop_duplicates()) > 1
    )


def _title(row: pd.Series, axes: list[str]) -> str:
    return " · ".join(str(row[name]) for name in axes)


def _by_speed(group: pd.DataFrame) -> tuple[pd.Series, ...]:
    ordered = group.sort_values("cycles_median", kind="stable").drop_duplicates(list(IMPLEMENTATION))
    return tuple(row for _, row in ordered.iterrows())
