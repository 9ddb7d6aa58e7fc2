"""Rows for `report`, `compare` and `validate`, from a stored run or a CSV file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from hilbench import __version__
from hilbench.analysis.published import read_published
from hilbench.errors import ConfigError
from hilbench.provenance import Provenance
from hilbench.results import ExampleTrace, RunRecord, Store
from hilbench.results.csv_file import read_csv
from hilbench.results.rows import to_frame


@dataclass(frozen=True)
class Source:
    """One run and its rows."""

    run: RunRecord
    frame: pd.DataFrame
    example: ExampleTrace | None = None


def load(name: str, store: str) -> Source:
    """The rows called `name`: a CSV file where there is one, else a run in `store`.

    Raises:
        ConfigError: no such file or run, or the file holds rows of several runs.
        StoreError: the store cannot be read.
    """
    path = Path(name)
    if path.suffix == ".csv" or path.is_file():
        frame = read_csv(path)
        return Source(_head(path, frame), frame)
    with Store(store, create=False) as opened:
        run = opened.run(name)
        rows = opened.measurements(run.run_id)
        return Source(run, to_frame(rows, run.run_id), opened.example_trace(run.run_id))


@dataclass(frozen=True)
class Side:
    """One side of a validation: rows, and whose they are in words."""

    name: str
    frame: pd.DataFrame


def load_side(name: str, store: str) -> Side:
    """The rows of a CSV file (published figures will do), of a run, or of a board's latest run.

    Raises:
        ConfigError: no such file, run or board, or the file says too little.
        StoreError: the store cannot be read.
    """
    path = Path(name)
    if path.suffix == ".csv" or path.is_file():
        return Side(str(path), read_published(path))
    with Store(store, create=False) as opened:
        run = opened.run(name)
        frame = to_frame(opened.measurements(run.run_id), run.run_id)
    return Side(f"{run.run_id} ({run.provenance}, {run.board})", frame)


def _head(path: Path, frame: pd.DataFrame) -> RunRecord:
    """Record of the run, as far as the rows of a file state it."""
    if frame.empty:
        raise ConfigError(f"{path} holds no rows; export a run that measured something.")
    if len(frame[["run_id", "board", "provenance"]].drop_duplicates()) > 1:
        raise ConfigError(f"{path} holds rows of several runs or boards; give each a file of its own.")
    first = frame.iloc[0]
    if not re.fullmatch(r"[^/\0]+", first["run_id"]) or first["run_id"] in {".", ".."}:
        raise ConfigError(f"{path} does not say which run it is of: its run_id is '{first['run_id'][:40]}'.")
    moments = [datetime.fromisoformat(moment) for moment in frame["measured_at"] if moment]
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return RunRecord(
        run_id=first["run_id"],
        board=first["board"],
        provenance=Provenance(first["provenance"]),
        chip=first["chip"],
        core=first["core"],
        grid="",
        command="",
        started=min(moments, default=written),
        finished=max(moments, default=written),
        hilbench_version=__version__,
    )
