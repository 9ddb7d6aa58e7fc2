"""Roofline: MAC/cycle over MAC/byte, below what the core could do at best."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from hilbench.analysis import Roof, intensity
from hilbench.report.numbers import compact
from hilbench.report.plots.axis import log_axis
from hilbench.report.plots.canvas import Canvas, Panel
from hilbench.report.plots.palette import Ink
from hilbench.report.plots.scatter import scatter
from hilbench.report.plots.series import Series

_LEAST_SPAN = 10
"""Ratio of the ceiling to the least speed on the axis, at least: a dot near it then looks near."""


def roofline(panel: Panel, frame: pd.DataFrame, series: Series, ceiling: Roof | None) -> Markup:
    """Cases of one data type as marks of their series; `ceiling` where one is known."""
    reach = intensity(frame)
    across, upwards = [*reach], [*frame["mac_per_cycle"]]
    if ceiling:
        across += [0.7 * min(*across, ceiling.ridge), 1.4 * max(*across, ceiling.ridge)]
        upwards += [ceiling.peak * 1.15, ceiling.peak / _LEAST_SPAN]
    x = log_axis(across, "MAC / byte of weights and activations", margin=0.02 if ceiling else 0.08)
    y = log_axis(upwards, "MAC / cycle")
    canvas = Canvas(panel, x, y)
    if ceiling:
        _draw_ceiling(canvas, ceiling, x.low, x.high, y.low)
    scatter(canvas, frame, reach, frame["mac_per_cycle"], series)
    return canvas.svg()


def _draw_ceiling(canvas: Canvas, ceiling: Roof, left: float, right: float, least: float) -> None:
    begin = max(left, least / ceiling.bandwidth)
    places = [begin, *([ceiling.ridge] if begin < ceiling.ridge < right else []), right]
    canvas.line([(place, ceiling.at(place)) for place in places], Ink.TEXT, 1.8)
    # Dots are rare at the ridge: little is computed with so few MACs a byte.
    place = canvas.x(max(ceiling.ridge, left)) + 4, canvas.y(ceiling.peak) - 9
    canvas.text(place, f"{compact(ceiling.peak)} MAC/cycle", color=Ink.SOFT)
