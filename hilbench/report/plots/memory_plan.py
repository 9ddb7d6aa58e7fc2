"""A memory plan: what lies where in a bank of RAM, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from hilbench.report.numbers import compact, integer
from hilbench.report.plots.axis import linear_axis
from hilbench.report.plots.canvas import Canvas, Panel
from hilbench.report.plots.palette import Ink, series
from hilbench.results.network import BankUse, BufferKind, PlacedBuffer

KIND_COLORS: Mapping[BufferKind, int] = {
    BufferKind.INPUT: 3,
    BufferKind.TENSOR: 2,
    BufferKind.OUTPUT: 1,
    BufferKind.SCRATCH: 4,
}
"""Places of the kinds among the categorical colours."""
_NEAR = 2.0
"""Limit of a bank, in what is taken of it, up to which the limit is drawn."""


def memory_plan(panel: Panel, bank: BankUse, buffers: Sequence[PlacedBuffer], steps: int) -> Markup:
    """Buffers as rectangles: steps across, KiB upwards; where two overlap they share bytes.

    Args:
        panel: of the bank.
        bank: that is drawn.
        buffers: that lie in it.
        steps: of the network.
    """
    limit = bank.available if bank.available is not None and bank.available <= _NEAR * bank.bytes else None
    x = linear_axis(-1, steps + 1, "step", grid=False)
    y = linear_axis(0, 1.06 * max(bank.bytes, limit or 0) / 1024, "KiB")
    canvas = Canvas(panel, x, y)
    for buffer in buffers:
        first, end = max(buffer.first, -1), min(buffer.last, steps) + 1
        low = buffer.offset / 1024
        canvas.box(
            (first, end),
            (low, low + buffer.bytes / 1024),
            series(KIND_COLORS[buffer.kind]),
            opacity=0.4,
            stroke=series(KIND_COLORS[buffer.kind]),
            series=str(buffer.kind),
            tip=f"{buffer.name}: {integer(buffer.bytes)} bytes at {integer(buffer.offset)}, {buffer.kind}",
        )
    if limit is not None:
        canvas.across(limit / 1024, Ink.TEXT, 1.4, dash="4 3")
        place = canvas.right, canvas.y(limit / 1024) - 8
        canvas.text(place, f"{compact(limit / 1024)} KiB there are", anchor="end", color=Ink.SOFT)
    return canvas.svg()
