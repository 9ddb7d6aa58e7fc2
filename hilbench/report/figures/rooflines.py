"""Rooflines: how far each case is from what the core could do."""

from __future__ import annotations

import pandas as pd

from hilbench.analysis import roof
from hilbench.provenance import Provenance
from hilbench.report.figures.figure import NO_MACS, Figure, legend
from hilbench.report.numbers import span
from hilbench.report.plots.canvas import Panel
from hilbench.report.plots.roofline import roofline
from hilbench.report.selection import fastest_rows, operators

_TITLE = "Roofline"


def rooflines(frame: pd.DataFrame, provenance: Provenance) -> Figure:
    """One panel a data type, because ceilings differ."""
    rows = fastest_rows(frame)
    if rows.empty:
        return Figure("roofline", _TITLE, NO_MACS)
    order, panels, ceilings, beyond = operators(rows), [], [], set[str]()
    for (core, dtype), group in rows.groupby(["core", "dtype"], sort=False):
        ceiling = roof(str(core), str(dtype))
        alt = f"{dtype} on {core}: {len(group)} cases, MAC/cycle {span(group['mac_per_cycle'])}."
        panel = Panel(f"roofline-{dtype}", str(dtype), alt, provenance)
        panels.append(roofline(panel, group, order, ceiling))
        if ceiling:
            ceilings.append(f"{dtype}: {ceiling.basis}")
            beyond.update(group.loc[group["mac_per_cycle"] > ceiling.peak, "variant"])
    known = (
        f"Ceilings of the core: {'; '.join(ceilings)}." if ceilings else "This core's ceilings are not known."
    )
    shown = "Each dot is a case by its fastest variant; weights and activations count as moved once."
    caption = f"{shown} {known}{_explained(beyond)}"
    return Figure("roofline", _TITLE, caption, tuple(panels), legend(order))


def _explained(beyond: set[str]) -> str:
    """Explanation of cases of these variants that lie above their ceilings."""
    if not beyond:
        return ""
    variants = ", ".join(sorted(beyond))
    return f" Dots above them ({variants}) multiply less often than the MACs they are credited with."
