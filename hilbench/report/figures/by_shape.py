"""MAC/cycle and nJ/MAC by operator, kernel and channels."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from markupsafe import Markup

from hilbench.analysis import best
from hilbench.provenance import Provenance
from hilbench.report.figures.figure import NO_MACS, Figure
from hilbench.report.numbers import span, uncertainty
from hilbench.report.plots.canvas import Panel
from hilbench.report.plots.heatmap import Scale, cells, heatmap
from hilbench.report.plots.palette import Ramp
from hilbench.report.selection import largest_series, mac_rows

_TITLE = "Speed and energy by shape"
_QUANTITIES = (
    ("mac_per_cycle", "cycles_median", "MAC per cycle", Ramp.SPEED),
    ("nj_per_mac", "energy_uj", "nJ per MAC", Ramp.ENERGY),
)
"""Columns to show and to choose the best variant of a problem by, heading, colours."""
_LEAST_CELLS = 2
_ONE_CELL = (
    "All cases have one operator, kernel and count of channels, so that there is nothing to compare here."
)


def by_shape(frame: pd.DataFrame, provenance: Provenance) -> Figure:
    """A heatmap for each quantity and configuration."""
    rows = mac_rows(frame)
    if rows.empty:
        return Figure("by-shape", _TITLE, NO_MACS)
    energy = _sureness(rows) if rows["nj_per_mac"].notna().any() else " Energy was not measured in this run."
    panels = tuple(_panels(rows, provenance))
    if not panels:
        return Figure("by-shape", _TITLE, _ONE_CELL)
    caption = (
        "Median over the cases of a cell, each by its best variant; stronger is more, on a logarithmic scale "
        f"that the panels of one quantity share. Empty cells were not measured.{energy}"
    )
    return Figure("by-shape", _TITLE, caption, panels)


def _sureness(rows: pd.DataFrame) -> str:
    stated = uncertainty(rows["energy_uncertainty_pct"])
    return f" Energies are {stated}, much of it in common to all cells." if stated else ""


def _panels(rows: pd.DataFrame, provenance: Provenance) -> Iterator[Markup]:
    for column, cost, quantity, ramp in _QUANTITIES:
        known = best(rows, cost)
        known = known[known[column] > 0]
        for index, (name, group) in enumerate(largest_series(known)):
            if cells(group) < _LEAST_CELLS:
                continue
            heading = quantity + (f", {name}" if name else "")
            alt = f"{heading} by operator, kernel and input channels, {span(group[column])}."
            panel = Panel(f"{column}-{index}", heading, alt, provenance)
            yield heatmap(panel, group, column, Scale.over(ramp, known[column]))
