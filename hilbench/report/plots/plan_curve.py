"""Memory against time: the plans of a network that a search found."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

from hilbench.report.plots.axis import linear_axis
from hilbench.report.plots.canvas import Canvas, Panel
from hilbench.report.plots.marks import SQUARE, symbol
from hilbench.report.plots.palette import Ink, series
from hilbench.results.network import PlanPoint

_RING = "m-7 0a7 7 0 1 0 14 0 7 7 0 1 0-14 0zm1.4 0a5.6 5.6 0 1 1 11.2 0 5.6 5.6 0 1 1-11.2 0z"


def plan_curve(panel: Panel, plans: Sequence[PlanPoint], chosen: tuple[int, int]) -> Markup:
    """Plans as dots on a line of steps, KiB across and million cycles upwards.

    Args:
        panel: of the drawing.
        plans: from the fastest to the smallest.
        chosen: RAM in bytes and predicted cycles of the plan that ran.
    """
    points = [(plan.ram_bytes / 1024, plan.cycles / 1e6) for plan in plans]
    ran = chosen[0] / 1024, chosen[1] / 1e6
    x = linear_axis(
        0, 1.12 * max(ram for ram, _ in (*points, ran)), "KiB of RAM for tensors and scratch memory"
    )
    y = linear_axis(0, 1.15 * max(cycles for _, cycles in (*points, ran)), "million cycles, predicted")
    canvas = Canvas(panel, x, y)
    corners = [
        corner for (ram, cycles), after in pairwise(points) for corner in ((ram, cycles), (ram, after[1]))
    ]
    canvas.line([*corners, points[-1]], Ink.RULE)
    for streamed, marker, place in ((False, symbol(0), 2), (True, SQUARE, 4)):
        shown = [point for point, plan in zip(points, plans, strict=True) if bool(plan.segments) is streamed]
        canvas.marks(shown, (), marker, series(place))
    canvas.marks([ran], (), _RING, Ink.ACCENT)
    return canvas.svg()
