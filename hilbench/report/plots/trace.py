"""The current of one energy window as the meter saw it, with the trigger's edges."""

from __future__ import annotations

import json

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from hilbench.power import PowerTrace
from hilbench.report.plots.axis import linear_axis
from hilbench.report.plots.canvas import Canvas, Panel
from hilbench.report.plots.palette import Ink
from hilbench.results import ExampleTrace

_BINS = 320
"""Columns of the drawing; each shows the least and greatest sample of its stretch."""
_ZOOMED_BINS = 4000
"""Columns that are kept for those who zoom in."""


def trace(panel: Panel, example: ExampleTrace) -> Markup:
    """Current in mA over ms from the falling edge; the window is shaded.

    Finer columns go along as `data-trace`, so that the page's script can zoom: first time and step in ms,
    then least and greatest current of each in µA.
    """
    shown = example.trace
    zero = example.start.index / shown.rate
    length = 1e3 * example.trace.seconds_between(example.start, example.stop)
    times, low, high = envelope(shown)
    times = 1e3 * (times - zero)
    x = linear_axis(times[0], times[-1], "ms after the trigger's falling edge", grid=False)
    y = linear_axis(0, 1.18e3 * float(high.max()), "mA")
    canvas = Canvas(panel, x, y)
    canvas.box((0, length), (y.low, y.high), Ink.ACCENT, opacity=0.1)
    canvas.area([*zip(times, 1e3 * low, 1e3 * high, strict=True)], Ink.ACCENT, class_="current")
    for moment, word, anchor in ((0.0, "trigger falls", "end"), (length, "rises", "start")):
        canvas.down(moment, Ink.TEXT, dash="3 2")
        place = canvas.x(moment) + (-4 if anchor == "end" else 4), canvas.top + 8
        canvas.text(place, word, anchor=anchor, color=Ink.SOFT, size=10.5)
    return canvas.svg(data_trace=escape(_fine(shown, zero, y.high, length)))


def _fine(shown: PowerTrace, zero: float, top: float, length: float) -> str:
    times, low, high = envelope(shown, _ZOOMED_BINS)
    times = 1e3 * (times - zero)
    document = {
        "start": round(float(times[0]), 6),
        "step": round(float(times[-1] - times[0]) / max(len(times) - 1, 1), 9),
        "top": round(top, 4),
        "edges": [0, round(length, 6)],
        "low": np.rint(1e6 * low).astype(int).tolist(),
        "high": np.rint(1e6 * high).astype(int).tolist(),
    }
    return json.dumps(document, separators=(",", ":"))


def envelope(
    shown: PowerTrace, bins: int = _BINS
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Time in s, least and greatest current in A of at most `bins` equal stretches, shape (bins,) each."""
    starts = np.unique(np.linspace(0, len(shown), min(bins, len(shown)), endpoint=False).astype(int))
    return (
        starts / shown.rate,
        np.minimum.reduceat(shown.current, starts),
        np.maximum.reduceat(shown.current, starts),
    )
