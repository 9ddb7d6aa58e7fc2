"""A figure of the report: panels with one title, one legend, one caption."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from hilbench.provenance import Provenance
from hilbench.report.plots.marks import SQUARE
from hilbench.report.plots.palette import Ink
from hilbench.report.plots.series import Series
from hilbench.report.selection import spoken

NO_MACS = "This run has no verified operator with weights, so there are no multiply-accumulates to show."


@dataclass(frozen=True)
class LegendEntry:
    """One series' marker: name, CSS colour, path data around the origin, and the name that marks carry."""

    name: str
    colour: str
    outline: str
    key: str


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
    rows_of: str = "cases"
    """Anchor of the table whose rows the marks are of."""


def legend(series: Series) -> tuple[LegendEntry, ...]:
    """Entries for operators and, where symbols tell them apart, for variants."""
    operators = tuple(
        LegendEntry(spoken(name), series.color(name), _at_origin(SQUARE), name)
        if series.by_variant
        else LegendEntry(spoken(name), series.color(name), _at_origin(series.symbol(name, "")), name)
        for name in series.operators
    )
    if not series.by_variant:
        return operators
    variants = (
        LegendEntry(name, Ink.SOFT, _at_origin(series.symbol("", name)), name) for name in series.variants
    )
    return (*operators, *variants)


def _at_origin(symbol: str) -> str:
    return f"M0 0{symbol}"
