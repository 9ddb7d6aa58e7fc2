"""Plans of a network with other needs of memory."""

from __future__ import annotations

from hilbench.networks.names import short_name
from hilbench.provenance import Provenance
from hilbench.report.figures.figure import Figure
from hilbench.report.numbers import integer, significant
from hilbench.report.plots.canvas import Panel
from hilbench.report.plots.plan_curve import plan_curve
from hilbench.results.network import NetworkDetails

_TITLE = "RAM against cycles"
_NAMED = 4
"""Plans next to the drawing, at most."""


def other_plans(details: NetworkDetails, anchor: str) -> Figure | None:
    """The curve of plans that the search found; None where there is only one."""
    plans = details.plans
    if len(plans) < 2:
        return None
    fastest, smallest = plans[0], plans[-1]
    alt = (
        f"{len(plans)} plans of {details.model}, from {integer(fastest.ram_bytes)} bytes to "
        f"{integer(smallest.ram_bytes)}, which take {significant(smallest.cycles / fastest.cycles)} times as "
        "long."
    )
    chosen = sum(bank.bytes for bank in details.banks), details.predicted_cycles
    drawing = plan_curve(Panel(anchor, short_name(details.model), alt, Provenance.PREDICTED), plans, chosen)
    caption = (
        "Each dot is a plan that the search found; none needs less memory and is as fast. Squares stream "
        "some of their layers in bands of rows. The ring is the plan that ran; --ram asks for another. "
        "Cycles are predictions, and those of bands are estimates."
    )
    last = len(plans) - 1
    shown = sorted({round(index * last / (_NAMED - 1)) for index in range(_NAMED)})
    notes = tuple(
        (
            f"{integer(plans[index].ram_bytes)} bytes",
            f"{integer(plans[index].cycles)} cycles, {significant(plans[index].cycles / fastest.cycles)}×",
        )
        for index in shown
    )
    return Figure(anchor, _TITLE, caption, (drawing,), notes=notes, provenance=Provenance.PREDICTED)
