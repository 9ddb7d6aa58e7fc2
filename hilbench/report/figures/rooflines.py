"""Rooflines: how far each case, or each layer of a network, is from what the core could do."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from hilbench.analysis import roof
from hilbench.provenance import Provenance
from hilbench.report.figures.figure import NO_MACS, Figure, legend
from hilbench.report.numbers import span
from hilbench.report.plots.canvas import Panel
from hilbench.report.plots.roofline import roofline
from hilbench.report.plots.series import Series
from hilbench.report.selection import fastest_rows, operators
from hilbench.results.network import NetworkDetails

_TITLE = "Roofline"


def rooflines(frame: pd.DataFrame, provenance: Provenance) -> Figure:
    """One panel a data type, because ceilings differ."""
    rows = fastest_rows(frame)
    if rows.empty:
        return Figure("roofline", _TITLE, NO_MACS)
    return _figure(rows, "roofline", "cases", "Each mark is a case by its fastest variant", provenance)


def layer_rooflines(
    details: NetworkDetails, anchor: str, core: str, provenance: Provenance, rows_of: str
) -> Figure | None:
    """Layers of a network that multiply; None where none was measured.

    Args:
        details: of the network.
        anchor: of the figure on the page.
        core: that it ran on.
        provenance: of the cycles.
        rows_of: anchor of the table of layers.
    """
    layers = {
        place: {**asdict(layer), "core": core, "mac_per_cycle": layer.macs / layer.cycles}
        for place, layer in enumerate(details.layers)
        if layer.macs and layer.cycles
    }
    if not layers:
        return None
    return _figure(
        pd.DataFrame([*layers.values()], [*layers]),
        anchor,
        "layers",
        "Each mark is a layer",
        provenance,
        rows_of,
    )


def _figure(
    rows: pd.DataFrame, anchor: str, what: str, shown: str, provenance: Provenance, rows_of: str = "cases"
) -> Figure:
    series = Series.of(rows, operators(rows))
    panels, ceilings, beyond = [], [], set[str]()
    for (core, dtype), group in rows.groupby(["core", "dtype"], sort=False):
        ceiling = roof(str(core), str(dtype))
        alt = f"{dtype} on {core}: {len(group)} {what}, MAC/cycle {span(group['mac_per_cycle'])}."
        panel = Panel(f"{anchor}-{dtype}", str(dtype), alt, provenance)
        panels.append(roofline(panel, group, series, ceiling))
        if ceiling:
            ceilings.append(f"{dtype}: {ceiling.basis}")
            beyond.update(group.loc[group["mac_per_cycle"] > ceiling.peak, "variant"])
    known = (
        f"Ceilings of the core: {'; '.join(ceilings)}." if ceilings else "This core's ceilings are not known."
    )
    moved = "weights and activations count as moved once."
    caption = f"{shown}; {moved} {known}{_explained(beyond)}"
    return Figure(anchor, _TITLE, caption, tuple(panels), legend(series), rows_of=rows_of)


def _explained(beyond: set[str]) -> str:
    """Explanation of cases of these variants that lie above their ceilings."""
    if not beyond:
        return ""
    variants = ", ".join(sorted(beyond))
    return f" Marks above them ({variants}) multiply less often than the MACs they are credited with."
