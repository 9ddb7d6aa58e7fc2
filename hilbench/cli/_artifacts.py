"""Files that a run leaves behind for people and programs: index.html, results.csv, run.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from hilbench.analysis import Baseline, add_efficiency
from hilbench.errors import ConfigError
from hilbench.report import write_report
from hilbench.results import RunRecord, Store
from hilbench.results.csv_file import write_csv
from hilbench.results.document import run_document
from hilbench.results.rows import to_frame


@dataclass(frozen=True)
class Artifacts:
    """Paths of the three files, and the rows with their efficiencies that they show."""

    report: Path
    table: Path
    document: Path
    frame: pd.DataFrame


def write_artifacts(
    store: Store, run: RunRecord, folder: Path, baseline: Baseline | None = None
) -> Artifacts:
    """Write all three for a stored run, making `folder` where there is none.

    Args:
        store: where the run is.
        run: its head.
        folder: takes the files.
        baseline: a library that the report holds the rows against.

    Raises:
        ConfigError: the folder cannot be written, or the baseline is of other cores.
    """
    measurements = store.measurements(run.run_id)
    frame = add_efficiency(to_frame(measurements, run.run_id))
    artifacts = Artifacts(folder / "index.html", folder / "results.csv", folder / "run.json", frame)
    write_csv(frame, artifacts.table)
    try:
        artifacts.document.write_text(
            json.dumps(run_document(run, measurements), indent=1) + "\n", encoding="utf-8"
        )
        write_report(run, frame, folder, store.example_trace(run.run_id), baseline)
    except OSError as error:
        raise ConfigError(f"Cannot write to {folder}: {error.strerror}; choose another --out.") from error
    return artifacts
