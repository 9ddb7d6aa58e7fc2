"""A figure over runs: a point a run, a line a level, a mark where the level changes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from markupsafe import Markup

from hilbench.analysis import History
from hilbench.report.plots.axis import Axis, linear_axis
from hilbench.report.plots.canvas import Canvas, Panel
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
    canvas = Canvas(panel, _runs(history), _values(history))
    for place, point in enumerate(history.points):
        if point.low == point.low and point.high > point.low:
            canvas.line(((place, point.low), (place, point.high)), Ink.SOFT, 1)
    for level in history.levels:
        ends = (level.start - 0.5, level.stop - 0.5)
        canvas.line([(end, level.value) for end in ends], Ink.ACCENT, 2)
    points = [(place, point.value) for place, point in enumerate(history.points)]
    canvas.marks(points, (), "", Ink.TEXT)
    for before, after in pairwise(history.levels):
        ratio = after.value / before.value
        color = series(_WORSE if ratio > 1 else _BETTER)
        canvas.down(after.start - 0.5, color, dash="3 2")
        beside = canvas.x(after.start - 0.5) + 4, canvas.top + 8
        canvas.text(beside, f"{100 * (ratio - 1):+.2g} %", color=color, size=10.5)
    return canvas.svg()


def _values(history: History) -> Axis:
    values = np.array([point.value for point in history.points])
    middle = float(values.min() + values.max()) / 2
    half = max(float(np.ptp(values)) * 0.7, middle * _LEAST_SPAN)
    return linear_axis(max(0.0, middle - half), middle + 1.2 * half, history.metric.unit)


def _runs(history: History) -> Axis:
    """Commits below the axis, or days where there are none."""
    count = len(history.points)
    shown = np.unique(np.linspace(0, count - 1, _LABELS).round().astype(int))
    named = [(int(place), history.points[place]) for place in shown]
    ticks = [(place, point.commit[:_SHORT] or f"{point.run.started:%d %b}") for place, point in named]
    return Axis(-0.7, count - 0.3, ticks, grid=False)
