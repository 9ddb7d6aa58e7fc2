"""Rows of a table for the page's script, which shows a page of them at a time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence

import pandas as pd
from markupsafe import Markup

from hilbench.report.results_table import Column

PAGE = 50
"""Rows that are written as HTML; the script has them all."""
_MOST_VALUES = 48
"""Distinct samples that are kept of a row; more are counted in as many equal stretches."""


def table_data(rows: Iterable[Sequence[str]], samples: Iterable[str] | None = None) -> Markup:
    """JSON that may stand in a script element; a cell that repeats the one above it is 0.

    Args:
        rows: cells as written.
        samples: distribution of each row's samples, where they are known.
    """
    document: dict[str, object] = {"rows": _repeated(rows)}
    if samples is not None:
        document["samples"] = list(samples)
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704  # no markup is left


def _repeated(rows: Iterable[Sequence[str]]) -> list[list[str | int]]:
    written: list[list[str | int]] = []
    above: Sequence[str] | None = None
    for row in rows:
        written.append([0 if above and cell == above[place] else cell for place, cell in enumerate(row)])
        above = row
    return written


def cases_data(columns: Sequence[Column], rows: Sequence[pd.Series]) -> Markup:
    """JSON of the table of all cases."""
    cells = ([column.write(row) for column in columns] for row in rows)
    return table_data(cells, (distribution(row["samples"]) for row in rows))


def distribution(samples: Sequence[int] | None) -> str:
    """Values in ascending order and how often each came, as `100:3 101:7`; empty where none were kept."""
    if not samples:
        return ""
    low, high = min(samples), max(samples)
    counts = Counter(samples)
    if len(counts) > _MOST_VALUES:
        step = (high - low) / (_MOST_VALUES - 1)
        counts = Counter(round(low + round((value - low) / step) * step) for value in samples)
    return " ".join(f"{value}:{count}" for value, count in sorted(counts.items()))
