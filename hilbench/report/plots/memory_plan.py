"""A memory plan: what lies where in a bank of RAM, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from hilbench.report.numbers import compact
from hilbench.report.plots.canvas import Panel, draw
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

    def paint(axes: Axes) -> None:
        for buffer in buffers:
            first, end = max(buffer.first, -1), min(buffer.last, steps) + 1
            color = series(KIND_COLORS[buffer.kind])
            place = (first, buffer.offset / 1024), end - first, buffer.bytes / 1024
            axes.add_patch(Rectangle(*place, facecolor=color, alpha=0.45, linewidth=0))
            axes.add_patch(Rectangle(*place, fill=False, edgecolor=color, linewidth=0.8))
        if bank.available is not None and bank.available <= _NEAR * bank.bytes:
            axes.axhline(bank.available / 1024, color=Ink.TEXT, linewidth=1.4, linestyle=(0, (4, 3)))
            axes.annotate(
                f"{compact(bank.available / 1024)} KiB there are",
                (1, bank.available / 1024),
                xycoords=("axes fraction", "data"),
                xytext=(0, 4),
                textcoords="offset points",
                ha="right",
                color=Ink.SOFT,
            )
        axes.set_xlim(-1, steps + 1)
        axes.set_ylim(0, 1.06 * max(bank.bytes, _limit(bank)) / 1024)
        axes.grid(visible=False, axis="x")
        axes.set_xlabel("step")
        axes.set_ylabel("KiB")

    return draw(panel, paint)


def _limit(bank: BankUse) -> int:
    """The limit where it is drawn."""
    return bank.available if bank.available is not None and bank.available <= _NEAR * bank.bytes else 0
