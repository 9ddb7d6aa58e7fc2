"""Selection of the rows that a figure shows, and their names there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from hilbench.analysis import STANDARD, best, settings

_MOST_SERIES = 4
"""Configurations that get panels of their own; the rest is in the table."""


def ran(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows that were measured and verified."""
    return frame[frame["status"] == "ok"]


def mac_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of `ran` whose `macs` are multiply-accumulates: operators with weights."""
    rows = ran(frame)
    return rows[rows["weight_bytes"].fillna(0) > 0]


def fastest_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of `mac_rows` that are the fastest variant of their problem."""
    return best(mac_rows(frame), "cycles_median")


def operators(frame: pd.DataFrame) -> list[str]:
    """Operators of `frame`, the standard convolution first; the order gives each its colour."""
    return in_order(frame["operator"].unique())


def in_order(names: Iterable[str]) -> list[str]:
    """Names of operators, the standard convolution first."""
    return sorted(names, key=lambda name: (name != STANDARD, name))


def spoken(operator: str) -> str:
    """An operator's name as prose has it."""
    return operator.replace("_", " ")


def spoken_case(case: str) -> str:
    """Computation of a case, as prose has it."""
    return spoken(case).replace("->", " → ")


def largest_series(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows of each configuration with its name, those with most rows, in the order of the run."""
    names = settings(frame)
    largest = set(names.value_counts().index[:_MOST_SERIES])
    for name, group in frame.groupby(names, sort=False):
        if name in largest:
            yield str(name), group
