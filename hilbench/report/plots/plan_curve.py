"""Memory against time: the plans of a network that a search found."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup
from matplotlib.axes import Axes

from hilbench.report.plots.canvas import Panel, draw
from hilbench.report.plots.palette import Ink, series
from hilbench.results.network import PlanPoint


def plan_curve(panel: Panel, plans: Sequence[PlanPoint], chosen: tuple[int, int]) -> Markup:
    """Plans as dots on a line of steps, KiB across and million cycles upwards.

    Args:
        panel: of the drawing.
        plans: from the fastest to the smallest.
        chosen: RAM in bytes and predicted cycles of the plan that ran.
    """
    ram = [plan.ram_bytes / 1024 for plan in plans]
    cycles = [plan.cycles / 1e6 for plan in plans]

    def paint(axes: Axes) -> None:
        axes.step(ram, cycles, where="pre", color=Ink.RULE, linewidth=1.6)
        for streamed, marker, place in ((False, "o", 2), (True, "s", 4)):
            points = [index for index, plan in enumerate(plans) if bool(plan.segments) is streamed]
            axes.plot(
                [ram[index] for index in points],
                [cycles[index] for index in points],
                marker,
                color=series(place),
                markersize=7,
                markeredgecolor=Ink.PAPER,
            )
        axes.plot(
            [chosen[0] / 1024], [chosen[1] / 1e6], "o", fillstyle="none", color=Ink.ACCENT, markersize=14
        )
        axes.set_xlim(0, 1.12 * max(*ram, chosen[0] / 1024))
        axes.set_ylim(0, 1.15 * max(*cycles, chosen[1] / 1e6))
        axes.set_xlabel("KiB of RAM for tensors and scratch memory")
        axes.set_ylabel("million cycles, predicted")

    return draw(panel, paint)
