"""Figures that others published, to hold a run against: some columns of a results.csv, not all."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from hilbench.analysis.keys import SHAPE
from hilbench.analysis.metric import Metric
from hilbench.errors import ConfigError
from hilbench.results.csv_file import read_csv


def read_published(path: Path) -> pd.DataFrame:
    """Rows that say which case they are (the columns `SHAPE`) and what it took (of any `Metric`).

    A row without a `status` counts as measured; a whole results.csv is published figures too.

    Raises:
        ConfigError: the file cannot be read, or says too little.
    """
    frame = read_csv(path, required=SHAPE, filled=SHAPE)
    if frame[[metric.column for metric in Metric]].isna().all(axis=None):
        known = ", ".join(metric.column for metric in Metric)
        raise ConfigError(f"{path} holds no figure to compare with; give it one of the columns {known}.")
    return frame.assign(status=frame["status"].replace("", "ok"))
