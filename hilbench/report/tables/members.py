"""Members of a pool side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hilbench.report.numbers import MISSING, significant
from hilbench.report.tables.table import Heading, Table

_CAPTION = (
    "Each case ran on one member, whichever was free. What members have in common is the power that they "
    "draw while nothing runs, the median around the windows; its spread is that of boards and meters."
)
_HEADINGS = (
    Heading("member", numeric=False),
    Heading("probe", numeric=False),
    Heading("meter", numeric=False),
    Heading("cases"),
    Heading("without numbers"),
    Heading("idle power, mW"),
    Heading("of the median member, %"),
)


def members(frame: pd.DataFrame) -> Table | None:
    """A row for each member that rows name; None where they name none."""
    named = frame[frame["member"] != ""]
    if named.empty:
        return None
    groups = [(str(name), group) for name, group in named.groupby("member")]
    idle = [_idle_mw(group) for _, group in groups]
    known = [value for value in idle if not np.isnan(value)]
    middle = float(np.median(known)) if known else float("nan")
    rows = tuple(
        (
            name,
            _first(group["probe_serial"]),
            _first(group["meter_serial"]),
            str(len(group)),
            str(int((group["status"] != "ok").sum())),
            significant(power),
            MISSING if np.isnan(power) else f"{100 * (power / middle - 1):+.1f}",
        )
        for (name, group), power in zip(groups, idle, strict=True)
    )
    return Table("members", "Members of the pool", _CAPTION, _HEADINGS, rows)


def _idle_mw(rows: pd.DataFrame) -> float:
    """Median power around the windows, mW; NaN where there was no meter."""
    idle = (rows["energy_uj"] - rows["energy_above_idle_uj"]) / rows["latency_us"] * 1000
    return float(idle.median()) if idle.notna().any() else float("nan")


def _first(values: pd.Series) -> str:
    found = [str(value) for value in values.unique() if value]
    return ", ".join(found) or MISSING
