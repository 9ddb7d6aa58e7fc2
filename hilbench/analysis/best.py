"""The best verified row of each problem, which figures are about where several variants ran."""

from __future__ import annotations

import pandas as pd

from hilbench.analysis.keys import CONDITIONS, problems


def best(frame: pd.DataFrame, cost: str) -> pd.DataFrame:
    """Rows with the least of column `cost` among all variants of their problem, under the same conditions.

    Rows that failed, or whose cost is not known, are left out; of equals the first stays.
    """
    return frame.loc[frame.index.isin(champions(frame, cost))]


def champions(frame: pd.DataFrame, cost: str) -> pd.Series:
    """Index of the row that `best` keeps of its problem, for each row that ran at a known cost."""
    rows = frame[(frame["status"] == "ok") & (frame[cost] > 0)]
    ranked = rows.assign(place=rows.index, problem=problems(rows)).sort_values(cost, kind="stable")
    return ranked.groupby(["problem", *CONDITIONS], dropna=False)["place"].transform("first")
