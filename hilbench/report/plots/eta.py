"""Efficiency η per operator at equal MACs, the figure of the XiNet work: its spread and its course."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes
from numpy.typing import NDArray

from hilbench.analysis import settings
from hilbench.report.numbers import significant
from hilbench.report.plots.canvas import Panel, draw, log_axis
from hilbench.report.plots.marks import marker_style
from hilbench.report.plots.palette import Ink, series
from hilbench.report.selection import operators, spoken

_ROW_HEIGHT = 27


@dataclass(frozen=True)
class _Strip:
    """One line of the spread: an operator in one configuration."""

    label: str
    colour: str
    values: NDArray[np.float64]


def spread(panel: Panel, frame: pd.DataFrame, column: str) -> Markup:
    """η in `column` of each operator: every case a dot, the middle half a bar, the median a number."""
    strips = list(_strips(frame.dropna(subset=[column]), column, operators(frame)))

    def paint(axes: Axes) -> None:
        axes.axvline(1, color=Ink.SOFT, linewidth=1)
        for place, strip in enumerate(strips):
            _paint_strip(axes, place, strip)
        axes.set_yticks(range(len(strips)), [strip.label for strip in strips])
        axes.set_ylim(len(strips) - 0.4, -0.6)
        axes.tick_params(axis="y", length=0, labelcolor=Ink.TEXT)
        axes.grid(visible=False, axis="y")
        axes.spines["left"].set_visible(False)
        axes.margins(x=0.07)
        log_axis(axes, "x")
        axes.set_xlabel("η (standard convolution = 1; right is better)")

    return draw(replace(panel, height=78 + _ROW_HEIGHT * len(strips)), paint)


def _strips(rows: pd.DataFrame, column: str, order: list[str]) -> Iterator[_Strip]:
    """The most efficient operator first; its configurations in the order of the run."""
    by_median = rows.groupby("operator")[column].median().sort_values(ascending=False, kind="stable")
    for operator in map(str, by_median.index):
        colour = series(order.index(operator))
        for name, group in rows.groupby(settings(rows), sort=False):
            values = group.loc[group["operator"] == operator, column].to_numpy(float)
            if len(values):
                yield _Strip(f"{spoken(operator)}  {name}".strip(), colour, values)


def _paint_strip(axes: Axes, place: int, strip: _Strip) -> None:
    low, median, high = np.quantile(strip.values, (0.25, 0.5, 0.75))
    places = np.full_like(strip.values, place)
    axes.plot([low, high], [place, place], color=strip.colour, linewidth=9, alpha=0.28)
    axes.plot(strip.values, places, "o", color=strip.colour, markersize=4.5, alpha=0.75, markeredgewidth=0)
    axes.plot([median, median], [place - 0.3, place + 0.3], color=strip.colour, linewidth=2.4)
    axes.annotate(
        significant(float(median), 2),
        (1, place),
        xycoords=("axes fraction", "data"),
        xytext=(30, 0),
        textcoords="offset points",
        ha="right",
        va="center",
        fontweight="bold",
    )


def course(panel: Panel, frame: pd.DataFrame, column: str, order: list[str]) -> Markup:
    """η in `column` over MACs, a line an operator through the medians, dots for the cases.

    The place of an operator in `order` gives it its colour and marker.
    """
    rows = frame.dropna(subset=[column])
    styles = {name: marker_style(index) for index, name in enumerate(order)}

    def paint(axes: Axes) -> None:
        axes.axhline(1, color=Ink.SOFT, linewidth=1)
        for operator, group in rows.groupby("operator"):
            style = styles[str(operator)]
            medians = group.groupby("macs")[column].median()
            axes.plot(medians.index, medians, color=style["color"], linewidth=1.6, alpha=0.85)
            axes.plot(group["macs"], group[column], **style)
        axes.margins(0.06)
        log_axis(axes, "x")
        log_axis(axes, "y")
        axes.set_xlabel("multiply-accumulates of one run")
        axes.set_ylabel("η")

    return draw(panel, paint)
