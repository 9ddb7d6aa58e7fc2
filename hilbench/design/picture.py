"""A picture of a network: multiply-accumulates, living memory and predicted time along its layers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hilbench.design.figure_file import figure_file
from hilbench.design.nets.memory import deployed, live_bytes
from hilbench.design.nets.network import Kind, NetworkSpec

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hilbench.design.cost import NetworkCost

_COLORS = {
    Kind.CONV: "#0072b2",
    Kind.DEPTHWISE: "#d55e00",
    Kind.DENSE: "#cc79a7",
    Kind.FUNCTION: "#999999",
    Kind.MULTIPLY: "#999999",
    Kind.ADD: "#999999",
}
"""Colors of kinds of layers (Okabe and Ito); others have the last."""
_OTHER = "#56b4e9"


def draw_network(network: NetworkSpec, cost: NetworkCost | None, path: Path) -> None:
    """Draw a network into a file.

    Args:
        network: what is drawn, in the steps of deployment.
        cost: predicted; None for none.
        path: whose end says the format.

    Raises:
        ConfigError: the format is unknown, or the file cannot be written.
    """
    steps = deployed(network)
    layers = steps.layers[1:]
    colors = [_COLORS.get(layer.kind, _OTHER) for layer in layers]
    with figure_file(path, 9, 7 if cost else 5) as figure:
        macs, memory, *rest = figure.subplots(3 if cost else 2, sharex=not cost)
        _bars(macs, [layer.macs / 1e6 for layer in layers], colors, "MACs, millions")
        live = [each / 1024 for each in live_bytes(steps)]
        memory.step(range(len(live)), live, where="mid", color="#009e73")
        memory.fill_between(range(len(live)), live, step="mid", color="#009e73", alpha=0.3)
        memory.set_ylabel("living tensors, KiB")
        memory.set_ylim(bottom=0)
        for axes in rest:
            assert cost is not None  # noqa: S101
            times = [cost.latency_us(each.estimate.cycles) / 1e3 for each in cost.layers]
            shown = [_COLORS.get(each.step.spec.kind, _OTHER) for each in cost.layers]
            _bars(axes, times, shown, f"ms on {cost.model.chip}, predicted")
        figure.axes[-1].set_xlabel("step")
        figure.suptitle(f"{network.name}: {network.parameters:,} parameters, {network.macs / 1e6:,.1f} MMAC")
        _legend(macs)


def _bars(axes: Axes, heights: list[float], colors: list[str], label: str) -> None:
    axes.bar(range(len(heights)), heights, color=colors, width=0.9)
    axes.set_ylabel(label)


def _legend(axes: Axes) -> None:
    from matplotlib.patches import Patch

    names = {
        "convolution": Kind.CONV,
        "depthwise": Kind.DEPTHWISE,
        "dense": Kind.DENSE,
        "element-wise": Kind.ADD,
    }
    patches = [Patch(color=_COLORS[kind], label=name) for name, kind in names.items()]
    axes.legend(handles=[*patches, Patch(color=_OTHER, label="other")], fontsize="small")
