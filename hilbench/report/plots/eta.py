"""Efficiency η per operator at equal MACs, the figure of the XiNet work: its spread and its course."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from markupsafe import Markup

from hilbench.analysis import settings
from hilbench.report.numbers import significant
from hilbench.report.plots.axis import Axis, log_axis
from hilbench.report.plots.canvas import Canvas, Panel
from hilbench.report.plots.scatter import scatter
from hilbench.report.plots.series import Series
from hilbench.report.selection import spoken

_ROW_HEIGHT = 27
_LEAST_CASES = 2
"""Cases of equal MACs of which there is a median to speak of."""


@dataclass(frozen=True)
class _Strip:
    """One line of the spread: an operator in one configuration."""

    operator: str
    label: str
    values: pd.Series


def spread(panel: Panel, frame: pd.DataFrame, column: str, series: Series) -> Markup:
    """η in `column` of each operator: every case a dot, the middle half a bar, the median a number."""
    rows = frame.dropna(subset=[column])
    strips = list(_strips(rows, column))
    x = log_axis([*rows[column], 1.0], "η (standard convolution = 1; right is better)", margin=0.07)
    labels = [*enumerate(strip.label for strip in strips)]
    y = Axis(len(strips) - 0.4, -0.6, labels, grid=False, line=False)
    canvas = Canvas(replace(panel, height=78 + _ROW_HEIGHT * len(strips)), x, y, right=34)
    canvas.down(1)
    for place, strip in enumerate(strips):
        _draw_strip(canvas, place, strip, series)
    return canvas.svg()


def _strips(rows: pd.DataFrame, column: str) -> Iterator[_Strip]:
    """The most efficient operator first; its configurations in the order of the run."""
    by_median = rows.groupby("operator")[column].median().sort_values(ascending=False, kind="stable")
    names = settings(rows)
    for operator in map(str, by_median.index):
        for name, group in rows.groupby(names, sort=False):
            values = group.loc[group["operator"] == operator, column]
            if len(values):
                yield _Strip(operator, f"{spoken(operator)}  {name}".strip(), values)


def _draw_strip(canvas: Canvas, place: int, strip: _Strip, series: Series) -> None:
    low, median, high = np.quantile(strip.values.to_numpy(float), (0.25, 0.5, 0.75))
    color, name = series.color(strip.operator), strip.operator
    canvas.line([(low, place), (high, place)], color, 9, opacity=0.28, series=name)
    points = [(value, place) for value in strip.values]
    canvas.marks(points, strip.values.index, "", color, series=name, opacity=0.75)
    canvas.line([(median, place - 0.3), (median, place + 0.3)], color, 2.4, series=name)
    canvas.text((canvas.right + 34, canvas.y(place)), significant(median, 2), anchor="end", bold=True)


def course(panel: Panel, frame: pd.DataFrame, column: str, series: Series) -> Markup:
    """η in `column` over MACs, a mark for each case.

    A line an operator joins the medians of its cases with equal MACs, where there are several.
    """
    rows = frame.dropna(subset=[column])
    x = log_axis(rows["macs"], "multiply-accumulates of one run")
    y = log_axis([*rows[column], 1.0], "η")
    canvas = Canvas(panel, x, y)
    canvas.across(1)
    for operator, group in rows.groupby("operator"):
        points = medians(group, column)
        if len(points) > 1:
            color = series.color(str(operator))
            canvas.line(points, color, opacity=0.85, series=str(operator))
    scatter(canvas, rows, rows["macs"], rows[column], series)
    return canvas.svg()


def medians(rows: pd.DataFrame, column: str) -> list[tuple[float, float]]:
    """MACs that several rows have in common, and the median of `column` over them, in ascending order."""
    found = rows.groupby("macs")[column].agg(["size", "median"])
    known = found[found["size"] >= _LEAST_CASES]
    return [*zip(known.index.astype(float), known["median"].astype(float), strict=True)]
