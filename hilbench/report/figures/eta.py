"""Efficiency η per operator at equal MACs, the figure of the XiNet work: its spread and its course."""

from __future__ import annotations

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes
from numpy.typing import NDArray

from hilbench.report.figures.canvas import Panel, draw, log_axis
from hilbench.report.figures.marks import marker_style
from hilbench.report.figures.palette import Ink, series
from hilbench.report.numbers import significant
from hilbench.report.selection import operators, series_names, spoken

_ROW_HEIGHT = 27


def spread(panel: Panel, frame: pd.DataFrame, column: str) -> Markup:
    """η in `column` of each operator: every case a dot, the middle half a bar, the median a number."""
    rows = frame.dropna(subset=[column])
    colours = {name: series(index) for index, name in enumerate(operators(frame))}
    named = rows.groupby(["operator", series_names(rows)], sort=False)
    groups = sorted(
        ((str(operator), str(which), group[column].to_numpy(float)) for (operator, which), group in named),
        key=lambda strip: -np.median(strip[2]),
    )
    several = rows["operator"].nunique() < len(groups)

    def paint(axes: Axes) -> None:
        axes.axvline(1, color=Ink.SOFT, linewidth=1)
        for place, (operator, _, values) in enumerate(groups):
            _strip(axes, place, values, colours[operator])
        labels = [spoken(name) + (f"  {which}" if several else "") for name, which, _ in groups]
        axes.set_yticks(range(len(groups)), labels)
        axes.set_ylim(len(groups) - 0.4, -0.6)
        axes.tick_params(axis="y", length=0, labelcolor=Ink.TEXT)
        axes.grid(visible=False, axis="y")
        axes.spines["left"].set_visible(False)
        axes.margins(x=0.14)
        log_axis(axes, "x")
        axes.set_xlabel("η (standard convolution = 1; right is better)")

    tall = Panel(panel.name, panel.title, panel.alt, panel.provenance, 78 + _ROW_HEIGHT * len(groups))
    return draw(tall, paint)


def _strip(axes: Axes, place: int, values: NDArray[np.float64], colour: str) -> None:
    low, median, high = np.quantile(values, (0.25, 0.5, 0.75))
    axes.plot([low, high], [place, place], color=colour, linewidth=9, alpha=0.28)
    axes.plot(
        values, np.full_like(values, place), "o", color=colour, markersize=4.5, alpha=0.75, markeredgewidth=0
    )
    axes.plot([median, median], [place - 0.3, place + 0.3], color=colour, linewidth=2.4)
    axes.annotate(
        significant(float(median), 2),
        (1, place),
        xycoords=("axes fraction", "data"),
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
