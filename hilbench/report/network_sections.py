"""Sections of the page about one network each: its layers, its memory plan, other plans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from hilbench.analysis import network_name
from hilbench.provenance import Provenance
from hilbench.report import figures, tables
from hilbench.report.figures import Figure
from hilbench.report.numbers import exists
from hilbench.report.tables import Table
from hilbench.results.network import NetworkDetails


@dataclass(frozen=True)
class NetworkSection:
    """One network on the page.

    Attributes:
        parts: figures and tables in their order.
    """

    anchor: str
    title: str
    parts: tuple[Figure | Table, ...]


def network_sections(frame: pd.DataFrame, provenance: Provenance) -> list[NetworkSection]:
    """A section for each row that has details, as those of a store have and those of a CSV file have not.

    Args:
        frame: rows of networks.
        provenance: of the run.
    """
    sections = []
    for number, (_, row) in enumerate(frame.iterrows()):
        if row["network"] is not None:
            anchor = f"network-{number}"
            parts = tuple(part for part in _parts(row, row["network"], anchor, provenance) if part)
            sections.append(NetworkSection(anchor, network_name(row), parts))
    return sections


def _parts(
    row: pd.Series, details: NetworkDetails, anchor: str, provenance: Provenance
) -> Iterator[Figure | Table | None]:
    cycles = float(row["cycles_median"]) if exists(row["cycles_median"]) else None
    if cycles and exists(row["clock_hz"]):
        clock_hz = int(row["clock_hz"])
        yield figures.layers_over_time(details, f"{anchor}-time", cycles, clock_hz, provenance)
    yield tables.most(details, f"{anchor}-most")
    yield tables.layers(details, f"{anchor}-layers", cycles)
    yield figures.memory_plan(details, f"{anchor}-memory", provenance)
    yield figures.other_plans(details, f"{anchor}-plans")
    yield figures.layer_rooflines(
        details, f"{anchor}-roofline", str(row["core"]), provenance, f"{anchor}-layers"
    )
