"""One panel of a figure: drawn by matplotlib without pyplot, handed over as inline SVG."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from hilbench.provenance import Provenance
from hilbench.report.numbers import compact
from hilbench.report.plots.palette import Ink
from hilbench.report.plots.svg import inline

WIDTH = 420
"""Width of a panel in SVG units; readable on a phone, two side by side on a desk."""

_HEAD = 24
"""Height of the line with title and provenance."""

_STYLE = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.family": "sans-serif",
    "font.size": 11,
    "axes.labelsize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.edgecolor": Ink.RULE,
    "axes.labelcolor": Ink.SOFT,
    "text.color": Ink.TEXT,
    "grid.color": Ink.RULE,
    "grid.linewidth": 0.7,
    "xtick.color": Ink.RULE,
    "ytick.color": Ink.RULE,
    "xtick.labelcolor": Ink.SOFT,
    "ytick.labelcolor": Ink.SOFT,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "lines.solid_capstyle": "round",
}


@dataclass(frozen=True)
class Panel:
    """Frame of a drawing.

    Attributes:
        name: unique on the page; prefix of the drawing's ids.
        title: printed above it, with the provenance next to it.
        alt: what it shows, in a sentence, for those who cannot see it.
        height: in SVG units.
    """

    name: str
    title: str
    alt: str
    provenance: Provenance
    height: float = 300


def draw(panel: Panel, paint: Callable[[Axes], None]) -> Markup:
    """Let `paint` draw on the panel's axes; returns an inline SVG element."""
    with style.context([_STYLE, {"svg.hashsalt": panel.name}]):
        figure = Figure(figsize=(WIDTH / 72, panel.height / 72), dpi=72)  # an SVG unit is a point
        axes = figure.add_subplot()
        paint(axes)
        _lay_out(figure, panel)
        document = io.StringIO()
        figure.savefig(document, format="svg", transparent=True, metadata={"Date": None})
    return inline(document.getvalue(), panel.name, panel.alt)


def _lay_out(figure: Figure, panel: Panel) -> None:
    """Place the axes below a head of title and provenance, which a copied drawing keeps."""
    # savefig with an engine set would draw everything once more, only to lay it out.
    ConstrainedLayoutEngine(rect=(0, 0, 1, 1 - _HEAD / panel.height)).execute(figure)
    figure.text(0, 1, panel.title, va="top", fontsize=12, fontweight="bold")
    figure.text(1, 1, str(panel.provenance), va="top", ha="right", fontsize=10.5, color=Ink.PROVENANCE)


_LEAST_SPAN = 1.25
"""Ratio of a logarithmic axis' ends at the least, so that a difference of nothing does not look like one."""


def log_axis(axes: Axes, which: str) -> None:
    """Make axis `which` (`x` or `y`) logarithmic with plain numbers: 0.1, 2, 10 k."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    (axes.set_xscale if which == "x" else axes.set_yscale)("log")
    axis.set_major_formatter(FuncFormatter(lambda value, _: compact(value)))
    low, high = axis.get_data_interval()
    if low <= high < _LEAST_SPAN * low:  # without data yet, low is infinite
        middle, half = math.sqrt(low * high), math.sqrt(_LEAST_SPAN)
        (axes.set_xlim if which == "x" else axes.set_ylim)(middle / half, middle * half)
    if low <= high < 2 * low:
        axis.set_major_locator(MaxNLocator(5, steps=(1, 2, 5, 10)))  # as good as linear
    elif low <= high < 6 * low:
        axis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5, 7)))
    elif low <= high < 100 * low:
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_minor_locator(NullLocator())  # nobody sees them, but they take as long as all else
