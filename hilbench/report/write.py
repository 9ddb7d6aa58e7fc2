"""Writing a report to a folder."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from hilbench.analysis import Baseline
from hilbench.errors import ConfigError
from hilbench.report.page import render
from hilbench.results import ExampleTrace, RunRecord


def write_report(
    run: RunRecord,
    frame: pd.DataFrame,
    out: Path,
    example: ExampleTrace | None = None,
    baseline: Baseline | None = None,
) -> Path:
    """Write `out/index.html`, one self-contained page, and return its path.

    Args:
        run: head of the run.
        frame: its rows with their efficiencies, as `hilbench.analysis.add_efficiency` gives them.
        out: folder, made when missing.
        example: one energy window to show, where there was a meter.
        baseline: a library to hold the rows against.

    Raises:
        ConfigError: the page cannot be written, or the baseline is of other cores.
    """
    files = [name for name in ("results.csv", "run.json") if (out / name).is_file()]
    return write_page(render(run, frame, example, baseline, files), out)


def write_page(page: str, out: Path) -> Path:
    """Write a page as `out/index.html`, and return its path.

    Raises:
        ConfigError: it cannot be written.
    """
    path = out / "index.html"
    try:
        out.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"Cannot write {path}: {error.strerror}; choose another folder with --out."
        ) from error
    return path
