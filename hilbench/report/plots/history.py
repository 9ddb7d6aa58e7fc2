"""A figure over runs: a point a run, a line a level, a mark where the level changes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from hilbench.analysis import History
from hilbench.report.numbers import compact
from hilbench.report.plots.canvas import Panel, draw
from hilbench.report.plots.palette import Ink, series

_LABELS = 4
"""Runs named below the axis at most."""
_SHORT = 8
_WORSE, _BETTER = 1, 3
"""Categorical colours of a level that rose and of one that fell."""
_LEAST_SPAN = 0.02
"""Height of the axis at the least, relative to the figure, so that noise of a thousandth looks like none."""


def history_plot(panel: Panel, history: History) -> Markup:
    """The figure of each run, evenly spaced, oldest first."""
    values = np.array([point.value for point in history.points])

    def paint(axes: Axes) -> None:
        for place, point in enumerate(history.points):
            if point.low == point.low and point.high > point.low:
                axes.plot((place, place), (point.low, point.high), color=Ink.SOFT, linewidth=1)
        for level in history.levels:
            ends = (level.start - 0.5, level.stop - 0.5)
            axes.plot(ends, (level.value, level.value), color=Ink.ACCENT, linewidth=2)
        axes.plot(np.arange(len(values)), values, "o", color=Ink.TEXT, markersize=4)
        for before, after in pairwise(history.levels):
            ratio = after.value / before.value
            color = series(_WORSE if ratio > 1 else _BETTER)
            axes.axvline(after.start - 0.5, color=color, linewidth=1, linestyle=(0, (3, 2)))
            axes.annotate(
                f"{100 * (ratio - 1):+.2g} %",
                (after.start - 0.5, 1),
                xycoords=("data", "axes fraction"),
                xytext=(4, -10),
                textcoords="offset points",
                fontsize=10.5,
                color=color,
            )
        _bound(axes, values)
        _name_runs(axes, history)
        axes.set_ylabel(history.metric.unit)

    return draw(panel, paint)


def _bound(axes: Axes, values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    middle = (values.min() + values.max()) / 2
    half = max(float(np.ptp(values)) * 0.7, middle * _LEAST_SPAN)
    axes.set_ylim(max(0.0, middle - half), middle + 1.2 * half)
    axes.set_xlim(-0.7, len(values) - 0.3)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: compact(value)))


def _name_runs(axes: Axes, history: History) -> None:
    """Commits below the axis, or days where there are none."""
    shown = np.unique(np.linspace(0, len(history.points) - 1, _LABELS).round().astype(int))
    points = [history.points[place] for place in shown]
    axes.set_xticks(shown, [point.commit[:_SHORT] or f"{point.run.started:%d %b}" for point in points])
    axes.grid(visible=False, axis="x")
