"""Rows of two runs that are the same case, found by what is computed and never by their order."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from hilbench.analysis.keys import IMPLEMENTATION, SETUP_COLUMNS, describe, problem_columns, telling

Pair = tuple[pd.Series, pd.Series]
"""A row of the base and one of the new run."""


@dataclass(frozen=True)
class Pairing:
    """Two runs, row by row.

    Attributes:
        axes: columns of `SETUP_COLUMNS` that tell the rows of one problem apart.
        pairs: rows that are the same case, in the order of the base.
        only_base: verified rows without a partner.
        only_new: rows of the new run without one.
    """

    axes: tuple[str, ...]
    pairs: tuple[Pair, ...]
    only_base: tuple[pd.Series, ...]
    only_new: tuple[pd.Series, ...]

    def title(self, before: pd.Series, after: pd.Series | None = None) -> str:
        """Computation of two paired rows and what tells it from others; a changed kernel as `a → b`."""
        cells = [
            (name, str(before[name]), str((before if after is None else after)[name]))
            for name in SETUP_COLUMNS
        ]
        words = [
            old if old == now else f"{old or '–'} → {now or '–'}"
            for name, old, now in cells
            if name in self.axes or (name in IMPLEMENTATION and old != now)
        ]
        return " · ".join(filter(None, [describe(before), *words]))


def pair(base: pd.DataFrame, new: pd.DataFrame) -> Pairing:
    """Pair the rows of two runs by problem and by what varies within a run.

    Where the other run does not have a row's tuning, or not its variant, the fastest of those that are left
    of the problem on each side stand for each other: a choice that changed is compared, not lost.
    """
    base, new = base.reset_index(drop=True), new.reset_index(drop=True)
    problem = problem_columns(base, new)
    found = {*telling(base, problem), *telling(new, problem)}
    axes = tuple(name for name in SETUP_COLUMNS if name in found)
    before, after = _by_speed(base), _by_speed(new)
    partners: dict[int, int] = {}
    for key in _keys(problem, axes):
        matched = dict(_matches(before, after, key))
        before, after = before.drop(index=[*matched]), after.drop(index=[*matched.values()])
        before = before[before["status"] == "ok"]  # what failed has nothing to lose
        partners |= matched
    return Pairing(
        axes,
        tuple((base.iloc[place], new.iloc[partners[place]]) for place in sorted(partners)),
        _rows(base, before.index),
        _rows(new, after.index),
    )


def _by_speed(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows in order of their cycles; those that failed have none and come last."""
    return frame.sort_values("cycles_median", kind="stable")


def _keys(problem: Sequence[str], axes: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Columns that must agree, ever fewer."""
    yield (*problem, *axes)
    for count in range(1, len(IMPLEMENTATION) + 1):
        given_up = IMPLEMENTATION[-count:]
        if given_up[0] in axes:
            yield (*problem, *(name for name in axes if name not in given_up))


def _matches(before: pd.DataFrame, after: pd.DataFrame, key: Sequence[str]) -> Iterator[tuple[int, int]]:
    waiting = defaultdict[tuple[str, ...], deque[int]](deque)
    for name, place in _named(after, key):
        waiting[name].append(place)
    for name, place in _named(before, key):
        if waiting[name]:
            yield place, waiting[name].popleft()


def _named(frame: pd.DataFrame, key: Sequence[str]) -> Iterator[tuple[tuple[str, ...], int]]:
    return zip(
        frame[[*key]].astype(str).itertuples(index=False, name=None), map(int, frame.index), strict=True
    )


def _rows(frame: pd.DataFrame, places: pd.Index) -> tuple[pd.Series, ...]:
    return tuple(row for _, row in frame.loc[places.sort_values()].iterrows())
