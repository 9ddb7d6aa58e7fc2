"""Layers over time: a bar for each, or a bar for each of its bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby

from markupsafe import Markup
from matplotlib.axes import Axes

from hilbench.report.plots.canvas import Panel, draw
from hilbench.report.plots.palette import Ink, series

_ROWS_AT_EASE = 24
"""Rows that have room for themselves; more are drawn closer together."""


@dataclass(frozen=True)
class Bar:
    """A step on the time line.

    Attributes:
        row: place of its layer.
        milliseconds: that it takes.
    """

    row: int
    milliseconds: float


def timeline(panel: Panel, names: Sequence[str], colors: Sequence[int], bars: Sequence[Bar]) -> Markup:
    """The bars one after the other in time, those of a layer in one row.

    Args:
        panel: its height is that of its rows.
        names: of the rows.
        colors: of the rows, as places among the categorical colours.
        bars: in the order in which they run.
    """
    close = len(names) > _ROWS_AT_EASE
    ends = list(accumulate(bar.milliseconds for bar in bars))
    spans = [(bar.row, end - bar.milliseconds, end) for bar, end in zip(bars, ends, strict=True)]

    def paint(axes: Axes) -> None:
        for row, group in groupby(spans, key=lambda span: span[0]):
            pieces = list(group)
            begin, end = pieces[0][1], pieces[-1][2]
            axes.barh(row, end - begin, left=begin, height=0.72, color=series(colors[row]), linewidth=0)
        axes.set_yticks(range(len(names)), names, fontsize=8.5 if close else 10)
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.set_xlim(0, ends[-1] if ends else 1)
        axes.tick_params(axis="y", length=0, labelcolor=Ink.TEXT)
        axes.spines["left"].set_visible(False)
        axes.grid(visible=False, axis="y")
        axes.set_xlabel("ms from the beginning of a run")

    return draw(replace(panel, height=78 + (12.5 if close else 18) * len(names)), paint)
