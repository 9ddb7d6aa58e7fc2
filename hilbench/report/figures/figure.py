"""A figure of the report: panels with one title, one legend, one caption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from hilbench.provenance import Provenance
from hilbench.report.plots.marks import swatch
from hilbench.report.selection import spoken

NO_MACS = "This run has no verified operator with weights, so there are no multiply-accumulates to show."


@dataclass(frozen=True)
class LegendEntry:
    """One operator's marker: CSS colour and path data in a box of 12 by 12."""

    name: str
    colour: str
    outline: str


@dataclass(frozen=True)
class Figure:
    """One figure of the page. Without panels, `caption` says why there is nothing to see."""

    anchor: str
    title: str
    caption: str
    panels: tuple[Markup, ...] = ()
    legend: tuple[LegendEntry, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    """Terms and values set next to the panels."""
    provenance: Provenance | None = None
    """Provenance where it is not the run's."""


def legend(order: Sequence[str]) -> tuple[LegendEntry, ...]:
    """Entries for operators in the order that gave them their colours."""
    return tuple(LegendEntry(spoken(name), *swatch(index)) for index, name in enumerate(order))
