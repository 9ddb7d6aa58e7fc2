"""Which rows a figure shows, and what they are called there."""

from __future__ import annotations

import pandas as pd

from hilbench.efficiency import STANDARD, swept


def ran(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows that were measured and verified."""
    return frame[frame["status"] == "ok"]


def mac_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of `ran` whose `macs` are multiply-accumulates: operators with weights."""
    rows = ran(frame)
    return rows[rows["weight_bytes"].fillna(0) > 0]


def operators(frame: pd.DataFrame) -> list[str]:
    """Operators of `frame`, the standard convolution first; the order gives each its colour."""
    return sorted(frame["operator"].unique(), key=lambda name: (name != STANDARD, name))


def spoken(operator: str) -> str:
    """An operator's name as prose has it."""
    return operator.replace("_", " ")


def series_names(frame: pd.DataFrame) -> pd.Series:
    """For each row what tells it from others of its case: data type and whatever else varies, or ``."""
    varying = [name for name in ("dtype", *swept(frame)) if frame[name].nunique() > 1]
    if not varying:
        return pd.Series("", index=frame.index)
    return frame[varying].astype(str).agg(" · ".join, axis=1)
