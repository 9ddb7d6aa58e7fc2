"""Layers of a network over the time of a run."""

from __future__ import annotations

from hilbench.networks.names import short_name
from hilbench.provenance import Provenance
from hilbench.report.figures.figure import Figure, legend
from hilbench.report.layer_names import numbered_operators
from hilbench.report.numbers import integer
from hilbench.report.plots.canvas import Panel
from hilbench.report.plots.series import Series
from hilbench.report.plots.timeline import Bar, timeline
from hilbench.report.selection import in_order
from hilbench.report.tables.networks import percent_off
from hilbench.results.network import NetworkDetails


def layers_over_time(
    details: NetworkDetails, anchor: str, cycles: float, clock_hz: int, provenance: Provenance
) -> Figure | None:
    """A bar for each layer, and the sums next to them; None where no layer was measured.

    Args:
        details: of the network.
        anchor: of the figure on the page.
        cycles: of the network without probes.
        clock_hz: of the core.
        provenance: of the cycles.
    """
    total = details.layer_cycles
    if not total:
        return None
    order = in_order({layer.operator for layer in details.layers})
    bars = [Bar(step.layer, (step.cycles or 0) / clock_hz * 1e3) for step in details.steps]
    longest = max(details.layers, key=lambda layer: layer.cycles or 0)
    alt = (
        f"{len(details.layers)} layers of {details.model} over time; the longest is {longest.label} with "
        f"{100 * (longest.cycles or 0) / total:.0f} % of it."
    )
    colors = [order.index(layer.operator) for layer in details.layers]
    panel = Panel(anchor, short_name(details.model), alt, provenance)
    kinds = [layer.operator for layer in details.layers]
    drawing = timeline(panel, numbered_operators(details.layers), colors, kinds, bars)
    caption = (
        "Each bar is a layer, as the build with a probe behind every layer ran it. The probes cost time "
        "themselves: the figures of the network are those of a build without."
    )
    if any(layer.calls > 1 for layer in details.layers):
        caption += " Layers that alternate are computed in bands of rows, which needs less memory."
    notes = (
        ("whole network, without probes", f"{integer(cycles)} cycles"),
        ("sum of the layers, with probes", f"{integer(total)} cycles"),
        ("the probes and their build add", f"{percent_off(total, cycles)} %"),
        ("sum of the layers as predicted", f"{integer(details.predicted_cycles)} cycles"),
        ("that is off the whole by", f"{percent_off(details.predicted_cycles, cycles)} %"),
    )
    return Figure(anchor, "Layers over time", caption, (drawing,), legend(Series(tuple(order))), notes)
