"""Rooflines: how far each case is from what the core could do."""

from __future__ import annotations

import pandas as pd

from hilbench.efficiency import roof
from hilbench.provenance import Provenance
from hilbench.report.figures.canvas import Panel
from hilbench.report.figures.roofline import roofline
from hilbench.report.gallery.illustration import NO_MACS, Illustration, legend
from hilbench.report.numbers import span
from hilbench.report.selection import mac_rows, operators

_TITLE = "Roofline"


def rooflines(frame: pd.DataFrame, provenance: Provenance) -> Illustration:
    """One panel a data type, because ceilings differ."""
    rows = mac_rows(frame)
    if rows.empty:
        return Illustration("roofline", _TITLE, NO_MACS)
    order, panels, ceilings = operators(rows), [], []
    for (core, dtype), group in rows.groupby(["core", "dtype"], sort=False):
        ceiling = roof(str(core), str(dtype))
        alt = f"{dtype} on {core}: {len(group)} cases, MAC/cycle {span(group['mac_per_cycle'])}."
        panel = Panel(f"roofline-{dtype}", str(dtype), alt, provenance)
        panels.append(roofline(panel, group, order, ceiling))
        ceilings += [f"{dtype}: {ceiling.basis}"] if ceiling else []
    known = (
        f"Ceilings of the core: {'; '.join(ceilings)}." if ceilings else "This core's ceilings are not known."
    )
    caption = f"Each dot is a case; weights and activations count as moved once. {known}{_beyond(rows)}"
    return Illustration("roofline", _TITLE, caption, tuple(panels), legend(order))


def _beyond(rows: pd.DataFrame) -> str:
    """What it means that a case lies above its ceiling; nothing where none does."""
    ceilings = [roof(str(core), str(dtype)) for core, dtype in zip(rows["core"], rows["dtype"], strict=True)]
    peaks = pd.Series([ceiling.peak if ceiling else float("inf") for ceiling in ceilings], rows.index)
    above = rows[rows["mac_per_cycle"] > peaks]
    if above.empty:
        return ""
    variants = ", ".join(sorted(set(above["variant"])))
    return f" Dots above them ({variants}) multiply less often than the MACs they are credited with."
