"""A recording of one energy window, as an oscilloscope or a logger exports it, in place of a meter."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Literal

import numpy as np

from hilbench.deadline import Clock, Deadline
from hilbench.errors import PowerError
from hilbench.files import FIRST_ROW, read_table
from hilbench.power.config import MeterConfig, SupplyMode
from hilbench.power.current_step import EDGE_SAMPLES, find_edges
from hilbench.power.trace import Edge, PowerTrace

_REQUIRED = ("seconds", "amperes")
_OPTIONAL = ("volts", "trigger")
_PAUSE = 1.5
"""Periods between two rows beyond which samples are missing."""
_MOST_A = 100.0
"""Current beyond which a column is taken to be in another unit, A."""


class CsvReplayConfig(MeterConfig):
    """Part of boards.yaml about a recording; its port is the path of a CSV file."""

    meter: Literal["csv_replay"] = "csv_replay"
    mode: Literal[SupplyMode.AMPERE] = SupplyMode.AMPERE

    def open(self, port: str, clock: Clock = time.monotonic) -> CsvReplay:
        """Read the recording at `port`."""
        return CsvReplay(self, Path(port))


class CsvReplay:
    """A meter that shows the same capture each time; rows call it a replay of its file.

    Columns: `seconds`, `amperes`; `volts`, else supply_mv is taken; `trigger`, else the window is found in
    the current.

    Raises:
        ConfigError: it cannot be read, or lacks a column.
        PowerError: it is no recording with uniform samples.
    """

    serial_number = ""

    def __init__(self, config: CsvReplayConfig, path: Path) -> None:
        rows = read_table(path, "a recording", _REQUIRED)
        columns = {
            name: _numbers(path, rows, name) for name in (*_REQUIRED, *_OPTIONAL) if rows and name in rows[0]
        }
        if len(rows) < 2:
            raise PowerError(f"The recording {path} has {len(rows)} samples; record a whole window.")
        periods = np.diff(columns["seconds"])
        period = float(np.median(periods))
        if not (np.isfinite(periods).all() and period > 0 and periods.min() > 0):
            raise PowerError(f"The column 'seconds' of {path} does not rise from row to row.")
        if np.nanmax(np.abs(columns["amperes"])) > _MOST_A:
            raise PowerError(f"The column 'amperes' of {path} has values above {_MOST_A:g}; is it in mA?")
        self.rate = 1 / float(np.mean(periods[periods <= _PAUSE * period]))
        self.identity = f"replay of {path.name}"
        self._name = f"recording {path}"
        self._trace = _trace(columns, config.supply_mv / 1000, self.rate, periods > _PAUSE * period)
        if "trigger" not in columns:
            self.identity += ", window found in its current"

    def power(self, *, on: bool) -> None:
        """Leave the supply as it is."""

    def start(self) -> None:
        """Begin at the first sample."""

    def await_edges(self, count: int, tail_s: float, deadline: Deadline) -> None:
        """See that the recording holds the edges.

        Raises:
            PowerError: it does not.
        """
        edges = len(self._trace.edges)
        if edges < count:
            raise PowerError(f"The {self._name} has {edges} of {count} trigger edges; record a whole window.")

    def stop(self) -> PowerTrace:
        """The recording."""
        return self._trace

    def close(self) -> None:
        """Hold nothing open."""


def _trace(columns: dict[str, np.ndarray], supply_v: float, rate: float, pauses: np.ndarray) -> PowerTrace:
    current = columns["amperes"]
    voltage = columns.get("volts", np.full_like(current, supply_v))
    unknown = ~(np.isfinite(current) & np.isfinite(voltage))
    gaps = np.union1d(np.flatnonzero(unknown) + 1, np.flatnonzero(pauses) + 1)
    current, voltage = np.nan_to_num(current), np.nan_to_num(voltage)
    if (trigger := columns.get("trigger")) is not None:
        high = trigger > (np.nanmin(trigger) + np.nanmax(trigger)) / 2 if np.ptp(trigger) else trigger > 0
        changes = np.flatnonzero(np.diff(high)) + 1
        edges = tuple(Edge(int(at), rising=bool(high[at])) for at in changes)
    else:
        edges = find_edges(current)
    return PowerTrace(
        current,
        voltage,
        rate,
        edges=edges,
        dropped=len(gaps),
        gaps=tuple(gaps.tolist()),
        edge_samples=EDGE_SAMPLES if trigger is None else 0.0,
    )


def _numbers(path: Path, rows: list[dict[str, str]], column: str) -> np.ndarray:
    """Column of a table; an empty cell is NaN."""
    values = np.empty(len(rows))
    for number, row in enumerate(rows):
        text = row[column].strip()
        try:
            values[number] = float(text) if text else math.nan
        except ValueError:
            raise PowerError(
                f"Row {FIRST_ROW + number}, column '{column}' of the recording {path} is '{text[:60]}', "
                "which is no number."
            ) from None
    return values
