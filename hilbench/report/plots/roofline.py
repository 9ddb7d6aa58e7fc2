"""Roofline: MAC/cycle over MAC/byte, below what the core could do at best."""

from __future__ import annotations

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes

from hilbench.analysis import Roof, intensity
from hilbench.report.numbers import compact
from hilbench.report.plots.canvas import Panel, draw, log_axis
from hilbench.report.plots.marks import marker_style
from hilbench.report.plots.palette import Ink
from hilbench.report.selection import operators

_LEAST_SPAN = 10
"""Ratio of the ceiling to the least speed on the axis, at least: a dot near it then looks near."""


def roofline(panel: Panel, frame: pd.DataFrame, order: list[str], ceiling: Roof | None) -> Markup:
    """Cases of one data type as dots coloured by their place in `order`; `ceiling` where one is known."""
    reach = intensity(frame)

    def paint(axes: Axes) -> None:
        log_axis(axes, "x")
        log_axis(axes, "y")
        for operator in operators(frame):
            mine = frame["operator"] == operator
            axes.plot(reach[mine], frame.loc[mine, "mac_per_cycle"], **marker_style(order.index(operator)))
        if ceiling:
            _draw_ceiling(axes, ceiling, reach)
        axes.margins(0.08)
        log_axis(axes, "x")
        log_axis(axes, "y")
        axes.set_xlabel("MAC / byte of weights and activations")
        axes.set_ylabel("MAC / cycle")

    return draw(panel, paint)


def _draw_ceiling(axes: Axes, ceiling: Roof, reach: pd.Series) -> None:
    left, right = 0.7 * min(reach.min(), ceiling.ridge), 1.4 * max(reach.max(), ceiling.ridge)
    places = np.array([left, ceiling.ridge, right])
    axes.update_datalim([(ceiling.ridge, ceiling.peak / _LEAST_SPAN)])
    axes.plot(places, [ceiling.at(place) for place in places], color=Ink.TEXT, linewidth=1.8)
    axes.annotate(
        f"{compact(ceiling.peak)} MAC/cycle",
        (ceiling.ridge, ceiling.peak),  # dots are rare here: little is computed with so few MACs a byte
        xytext=(4, 5),
        textcoords="offset points",
        ha="left",
        color=Ink.SOFT,
    )
