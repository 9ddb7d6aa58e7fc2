"""The current of one energy window as the meter saw it, with the trigger's edges."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from numpy.typing import NDArray

from hilbench.power import PowerTrace
from hilbench.report.plots.canvas import Panel, draw
from hilbench.report.plots.palette import Ink
from hilbench.results import ExampleTrace

_BINS = 320
"""Columns of the drawing; each shows the least and greatest sample of its stretch."""


def trace(panel: Panel, example: ExampleTrace) -> Markup:
    """Current in mA over ms from the falling edge; the window is shaded."""
    shown = example.trace
    zero = example.start.index / shown.rate
    length = example.trace.seconds_between(example.start, example.stop)

    def paint(axes: Axes) -> None:
        times, low, high = envelope(shown)
        times = 1e3 * (times - zero)
        axes.axvspan(0, 1e3 * length, color=Ink.ACCENT, alpha=0.1, linewidth=0)
        axes.fill_between(times, 1e3 * low, 1e3 * high, color=Ink.ACCENT, linewidth=0.8)
        for moment, word, side in ((0.0, "trigger falls", "right"), (1e3 * length, "rises", "left")):
            axes.axvline(moment, color=Ink.TEXT, linewidth=1, linestyle=(0, (3, 2)))
            axes.annotate(
                word,
                (moment, 1),
                xycoords=("data", "axes fraction"),
                xytext=(-4 if side == "right" else 4, -12),
                textcoords="offset points",
                ha=side,
                fontsize=10.5,
                color=Ink.SOFT,
            )
        axes.set_xlim(times[0], times[-1])
        axes.set_ylim(0, 1.18e3 * high.max())
        axes.grid(visible=False, axis="x")
        axes.set_xlabel("ms after the trigger's falling edge")
        axes.set_ylabel("mA")

    return draw(panel, paint)


def envelope(shown: PowerTrace) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Time in s, least and greatest current in A of at most `_BINS` equal stretches, shape (bins,) each."""
    starts = np.unique(np.linspace(0, len(shown), min(_BINS, len(shown)), endpoint=False).astype(int))
    return (
        starts / shown.rate,
        np.minimum.reduceat(shown.current, starts),
        np.maximum.reduceat(shown.current, starts),
    )
