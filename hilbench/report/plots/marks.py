"""Markers that tell operators apart without colour too, in drawings and in their legends."""

from __future__ import annotations

from typing import Any

from hilbench.report.plots.palette import Ink, css_series, series

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<")
SQUARE = "M2 2h8v8H2z"
"""Path data of a square in a box of 12 by 12."""
_OUTLINES = (
    "M6 1.5a4.5 4.5 0 1 0 .01 0z",
    SQUARE,
    "M6 1.2 11 10H1z",
    "M6 .8 11.2 6 6 11.2.8 6z",
    "M6 10.8 1 2h10z",
    "M4.3 1h3.4v3.3H11v3.4H7.7V11H4.3V7.7H1V4.3h3.3z",
    "M3 1l3 3 3-3 2 2-3 3 3 3-2 2-3-3-3 3-2-2 3-3-3-3z",
    "M1.2 6 10 1v10z",
)


def marker_style(index: int) -> dict[str, Any]:
    """Arguments of `Axes.plot` for the markers of operator `index`."""
    return {
        "color": series(index),
        "marker": MARKERS[index % len(MARKERS)],
        "linestyle": "none",
        "markersize": 7,
        "markeredgecolor": Ink.PAPER,
        "markeredgewidth": 0.8,
    }


def swatch(index: int) -> tuple[str, str]:
    """Marker of operator `index` for a legend: CSS colour and path data in a box of 12 by 12."""
    return css_series(index), _OUTLINES[index % len(_OUTLINES)]
