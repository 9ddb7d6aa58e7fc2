"""Layers over time: a bar for each, or a bar for each of its bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby

from markupsafe import Markup

from hilbench.report.numbers import significant
from hilbench.report.plots.axis import Axis, linear_axis
from hilbench.report.plots.canvas import Canvas, Panel
from hilbench.report.plots.palette import series

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


def timeline(
    panel: Panel, names: Sequence[str], colors: Sequence[int], kinds: Sequence[str], bars: Sequence[Bar]
) -> Markup:
    """The bars one after the other in time, those of a layer in one row.

    Args:
        panel: its height is that of its rows.
        names: of the rows.
        colors: of the rows, as places among the categorical colours.
        kinds: of the rows, by which the legend switches them.
        bars: in the order in which they run.
    """
    close = len(names) > _ROWS_AT_EASE
    ends = list(accumulate(bar.milliseconds for bar in bars))
    spans = [(bar.row, end - bar.milliseconds, end) for bar, end in zip(bars, ends, strict=True)]
    x = linear_axis(0, ends[-1] if ends else 1, "ms from the beginning of a run")
    y = Axis(len(names) - 0.4, -0.6, [*enumerate(names)], grid=False, line=False)
    height = 78 + (12.5 if close else 18) * len(names)
    canvas = Canvas(replace(panel, height=height), x, y, tick_size=8.5 if close else 10)
    for row, group in groupby(spans, key=lambda span: span[0]):
        pieces = list(group)
        begin, end = pieces[0][1], pieces[-1][2]
        tip = f"{names[row]}: {significant(end - begin)} ms"
        canvas.box((begin, end), (row - 0.36, row + 0.36), series(colors[row]), series=kinds[row], tip=tip)
    return canvas.svg()
