"""Several runs side by side: a line for each problem, a cell for each run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

import numpy as np
import pandas as pd

from hilbench.analysis.keys import CONDITIONS, network_name, problem_columns, telling
from hilbench.errors import ConfigError
from hilbench.results import RunRecord
from hilbench.results.network import NETWORK

MOST_SIDES = 8
"""Runs and settings that fit side by side."""


@dataclass(frozen=True)
class Side:
    """A run, or those of its rows that share a setting where it varied one.

    Attributes:
        letter: A for the first, which ratios are against.
        setting: what tells it from other sides of its run, in words; empty where it is the whole run.
        rows: the best verified row of each problem, else one that failed.
    """

    letter: str
    run: RunRecord
    setting: str
    rows: pd.DataFrame

    @property
    def title(self) -> str:
        """Board and setting."""
        return " · ".join(filter(None, (self.run.board, self.setting)))


@dataclass(frozen=True)
class Line:
    """One problem.

    Attributes:
        cells: a row of each side; None where it has none.
    """

    cells: tuple[pd.Series | None, ...]

    @property
    def row(self) -> pd.Series:
        """Row of the first side that has one; it says what is computed."""
        return next(cell for cell in self.cells if cell is not None)

    def value(self, side: int, column: str) -> float:
        """Figure of a side; NaN where it has none."""
        cell = self.cells[side]
        if cell is None or cell["status"] != "ok" or pd.isna(cell[column]):
            return float("nan")
        return float(cell[column])

    def ratio(self, side: int, column: str) -> float:
        """Figure of a side by that of the first; NaN where either has none."""
        base = self.value(0, column)
        return self.value(side, column) / base if base > 0 else float("nan")


def sides(runs: Sequence[tuple[RunRecord, pd.DataFrame]]) -> tuple[Side, ...]:
    """Sides of runs, in their order; a run that varied a setting has one for each value.

    Raises:
        ConfigError: there are too many.
    """
    parts = [(run, *part) for run, frame in runs for part in _settings(frame)]
    if len(parts) > MOST_SIDES:
        raise ConfigError(
            f"These are {len(parts)} runs and settings, and {MOST_SIDES} fit beside one another; name fewer."
        )
    return tuple(
        Side(letter, run, setting, _best(rows))
        for letter, (run, setting, rows) in zip(ascii_uppercase, parts, strict=False)
    )


def lines(sides: Sequence[Side], *, networks: bool) -> tuple[Line, ...]:
    """Lines of all sides, in the order in which they first come; of networks, or of operators' cases."""
    frames = [side.rows[(side.rows["operator"] == NETWORK) == networks] for side in sides]
    key = ("network_name",) if networks else problem_columns(*frames)
    found: dict[tuple[str, ...], list[pd.Series | None]] = {}
    for place, frame in enumerate(frames):
        for name, (_, row) in zip(_names(frame, key), frame.iterrows(), strict=True):
            found.setdefault(name, [None] * len(sides))[place] = row
    return tuple(Line(tuple(cells)) for cells in found.values())


def mean_ratio(lines: Sequence[Line], side: int, column: str) -> tuple[float, int]:
    """Geometric mean of the ratios of a side, and of how many lines; NaN of none."""
    ratios = np.array([line.ratio(side, column) for line in lines], float)
    known = ratios[ratios > 0]
    return (float(np.exp(np.log(known).mean())) if len(known) else float("nan")), len(known)


def _names(frame: pd.DataFrame, key: Sequence[str]) -> list[tuple[str, ...]]:
    if key == ("network_name",):
        return [(network_name(row),) for _, row in frame.iterrows()]
    return [*frame[[*key]].astype(str).itertuples(index=False, name=None)]


def _settings(frame: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Rows by the conditions that tell rows of one problem apart, in the order of the run."""
    axes = [name for name in telling(frame, problem_columns(frame)) if name in CONDITIONS]
    if not axes:
        return [("", frame)]
    words = frame[axes].astype(str).agg(" · ".join, axis=1)
    return [(str(name), rows) for name, rows in frame.groupby(words, sort=False)]


def _best(frame: pd.DataFrame) -> pd.DataFrame:
    """The fastest verified row of each problem, one that failed where there is none."""
    key = [*problem_columns(frame)]
    ranked = frame.assign(place=range(len(frame)), failed=frame["status"] != "ok")
    ranked = ranked.sort_values(["failed", "cycles_median", "place"], kind="stable")
    kept = ranked.groupby(key, sort=False, dropna=False)["place"].first().sort_values()
    return frame.iloc[kept.to_numpy()]
