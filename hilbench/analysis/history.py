"""History of figures over the runs of a store, with the runs at which they changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

import numpy as np
import pandas as pd

from hilbench.analysis.change_points import change_points
from hilbench.analysis.keys import IMPLEMENTATION, SETUP_COLUMNS, describe, telling
from hilbench.analysis.metric import Metric
from hilbench.provenance import Provenance
from hilbench.results import Measurement, RunRecord, Status
from hilbench.results.network import NETWORK
from hilbench.results.rows import to_frame

_ALWAYS = ("board", "provenance", "predictor")
"""Columns by which figures are never of one history."""
_TOLD = tuple(name for name in SETUP_COLUMNS if name not in _ALWAYS)
_LEAST_DIGEST = 6
_CI_TO_SIGMA = 2 * 1.96


@dataclass(frozen=True)
class Point:
    """The figure of one run.

    Attributes:
        value: in the metric's unit.
        low: end of the 95 % interval of a median of samples; NaN where there is none.
        high: the other end.
        differs: settings that differ from the point before, as `toolchain gcc 12.2 → gcc 13.1`.
    """

    run: RunRecord
    value: float
    low: float
    high: float
    differs: tuple[str, ...] = ()

    @property
    def commit(self) -> str:
        """Commit of the folder that the run was started in; empty where there is none."""
        return self.run.environment.commit


@dataclass(frozen=True)
class Level:
    """A stretch of a history without a change.

    Attributes:
        start: place of its first point.
        stop: place behind its last point.
        value: geometric mean of its points.
    """

    start: int
    stop: int
    value: float


@dataclass(frozen=True)
class History:
    """One case on one board, in one metric.

    Attributes:
        case: computation, and what tells it from others of the same run.
        points: a run each, oldest first.
        levels: of the figure between its change points; at least one.
    """

    case: str
    board: str
    provenance: Provenance
    metric: Metric
    points: tuple[Point, ...]
    levels: tuple[Level, ...]

    @property
    def changes(self) -> tuple[tuple[Point, float], ...]:
        """First point of each new level, and the ratio of its level to the one before."""
        pairs = pairwise(self.levels)
        return tuple((self.points[after.start], after.value / before.value) for before, after in pairs)


def is_named(measurement: Measurement, name: str) -> bool:
    """Whether `name` means the row: words of its label in any order, or the beginning of a digest."""
    workload = measurement.workload
    digests = (workload.digest, workload.problem_digest)
    if len(name) >= _LEAST_DIGEST and any(digest.startswith(name) for digest in digests):
        return True
    parts = (str(workload), str(workload.parameters.get("name", "")))
    label = _plain(" ".join(parts))
    return all(word in label for word in _plain(name).split())


def histories(runs: Sequence[tuple[RunRecord, Sequence[Measurement]]], metric: Metric) -> tuple[History, ...]:
    """Figures of the same case on the same board over several runs.

    Of rows that differ in the kernel, compiler or flags within a run each has a history of its own; what is
    constant within each run may change between runs, and is a point's `differs`. A network is known by its
    name, whatever is in its file.

    Args:
        runs: with those of their rows that matter, oldest first.
        metric: that is followed; rows without it are left out.
    """
    frames = {
        run.run_id: to_frame([row for row in rows if row.status is Status.OK], run.run_id)
        for run, rows in runs
    }
    frames = {name: frame[frame[metric.column].notna()] for name, frame in frames.items() if len(frame)}
    axes = _axes(frames.values())
    series: dict[tuple[str, ...], list[tuple[RunRecord, pd.Series]]] = {}
    for run, _ in runs:
        if run.run_id not in frames:
            continue
        seen = set()
        for _, row in frames[run.run_id].sort_values(metric.column).iterrows():
            key = (_identity(row), *(str(row[name]) for name in (*_ALWAYS, *axes)))
            if key not in seen:  # of several the best
                seen.add(key)
                series.setdefault(key, []).append((run, row))
    return tuple(_history(rows, axes, metric) for rows in series.values())


def _plain(text: str) -> str:
    return re.sub(r"(?<=\d)×(?=\d)", "x", text.lower()).replace("→", "->").replace("_", " ")


def _identity(row: pd.Series) -> str:
    return str(row["label"] if row["operator"] == NETWORK else row["problem"])


def _axes(frames: Iterable[pd.DataFrame]) -> tuple[str, ...]:
    """Settings that tell rows of one problem apart within any run."""
    found = {name for frame in frames for name in telling(frame, ("problem",))}
    return tuple(name for name in _TOLD if name in found)


def _history(rows: Sequence[tuple[RunRecord, pd.Series]], axes: Sequence[str], metric: Metric) -> History:
    points = tuple(_points(rows, axes, metric))
    last = rows[-1][1]
    provenance = Provenance(last["provenance"])
    words = (str(last[name]) for name in axes)
    values = [point.value for point in points]
    cuts = change_points(values, exact=metric.is_exact(provenance), stated=_stated(points))
    bounds = [0, *cuts, len(points)]
    levels = tuple(
        Level(start, stop, float(np.exp(fmean(np.log(values[start:stop])))))
        for start, stop in pairwise(bounds)
    )
    case = " · ".join(filter(None, (describe(last), *words)))
    return History(case, str(last["board"]), provenance, metric, points, levels)


def _points(
    rows: Sequence[tuple[RunRecord, pd.Series]], axes: Sequence[str], metric: Metric
) -> Iterator[Point]:
    before: Mapping[str, str] | None = None
    for run, row in rows:
        told = {name: str(row[name]) for name in _TOLD if name not in axes}
        told["hilbench"] = run.hilbench_version
        differs = tuple(_differences(before or told, told))
        before = told
        timed = metric in (Metric.CYCLES, Metric.LATENCY)
        scale = row[metric.column] / row["cycles_median"] if timed else np.nan
        low, high = (float(row[f"cycles_ci_{end}"] * scale) for end in ("low", "high"))
        yield Point(run, float(row[metric.column]), low, high, differs)


def _differences(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name, value in now.items():
        known = name in IMPLEMENTATION or (before[name] and value)  # elsewhere an empty cell says nothing
        if before[name] != value and known:
            yield f"{name} {before[name] or '–'} → {value or '–'}"


def _stated(points: Sequence[Point]) -> float:
    """Standard deviation that the rows state of their medians, relative to them, in quadratic mean."""
    spans = [(point.high - point.low) / point.value / _CI_TO_SIGMA for point in points]
    known = [span for span in spans if span == span]
    return float(np.sqrt(fmean(span**2 for span in known))) if known else 0.0
