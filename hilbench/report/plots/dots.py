"""Dots on lines: one line a thing, one dot a series, for few things side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup

from hilbench.report.plots import palette
from hilbench.report.plots.axis import Axis, log_axis
from hilbench.report.plots.canvas import Canvas, Panel
from hilbench.report.plots.marks import symbol
from hilbench.report.plots.palette import Ink

_LINE = 27
_LONGEST = 30
"""Letters of a name; a longer one loses its middle."""


def dots(
    panel: Panel, names: Sequence[str], values: Mapping[str, Sequence[float]], label: str, unity: bool
) -> Markup:
    """A dot for each series on the line of each name; NaN draws none.

    Args:
        panel: frame of the drawing, as high as there are names.
        names: from the top.
        values: of each series, by its key in the legend; their order gives colours and symbols.
        label: of the axis, which is logarithmic.
        unity: whether a line marks 1.
    """
    known = [value for each in values.values() for value in each if value > 0]
    x = log_axis([*known, *([1.0] if unity else [])], label, margin=0.07)
    ticks = [(place, _short(name)) for place, name in enumerate(names)]
    y = Axis(len(names) - 0.4, -0.6, ticks, line=False)
    canvas = Canvas(replace(panel, height=78 + _LINE * len(names)), x, y)
    if unity:
        canvas.down(1)
    for place in range(len(names)):
        across = [each[place] for each in values.values() if each[place] > 0]
        if len(across) > 1:
            canvas.line([(min(across), place), (max(across), place)], Ink.RULE, 2.5)
    for index, (key, each) in enumerate(values.items()):
        points = [(value, place) for place, value in enumerate(each) if not math.isnan(value)]
        canvas.marks(points, (), symbol(index), palette.series(index), series=key)
    return canvas.svg()


def _short(name: str) -> str:
    half = _LONGEST // 2
    return name if len(name) <= _LONGEST else f"{name[:half]}…{name[-half:]}"
