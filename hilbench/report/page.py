"""The page: everything the template prints, put together from a run and its rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from hilbench.analysis import Baseline, compare_with_library
from hilbench.provenance import PredictedBy, Provenance
from hilbench.report import figures, tables
from hilbench.report.advice import advice, network_advice
from hilbench.report.failures import failures
from hilbench.report.highlights import highlights
from hilbench.report.metadata import facts, subtitle
from hilbench.report.network_highlights import network_highlights
from hilbench.report.network_sections import network_sections
from hilbench.report.numbers import uncertainty
from hilbench.report.results_table import columns
from hilbench.report.table_data import PAGE, cases_data, table_data
from hilbench.results import ExampleTrace, RunRecord
from hilbench.results.network import NETWORK

_TEMPLATES = Path(__file__).parent / "templates"

_PROVENANCE = {
    Provenance.MEASURED: (
        "Every number on this page was measured on a physical board: cycles by its own counter, "
        "energy, where there is any, by a power meter."
    ),
    Provenance.EMULATED: (
        "Every number on this page comes from a virtual board that emulates the processor and its supply "
        "current. None was measured on silicon."
    ),
    Provenance.PREDICTED: "Every number on this page was predicted. None was measured.",
}
_PREDICTED_BY = {
    PredictedBy.EMULATOR: "The image that the board would get ran on the chip's virtual board.",
    PredictedBy.COST_MODEL: "A cost model that was fitted to other rows gave them; nothing ran.",
}


def render(
    run: RunRecord,
    frame: pd.DataFrame,
    example: ExampleTrace | None,
    baseline: Baseline | None = None,
    files: Sequence[str] = (),
) -> str:
    """The report as one HTML document; `frame` already has its efficiencies.

    Args:
        run: head of the run.
        frame: its rows.
        example: one energy window, where there was a meter.
        baseline: a library to hold the rows against.
        files: names of files in the folder of the page, to which it links.

    Raises:
        ConfigError: the baseline has no figures for the run's core.
    """
    is_network = frame["operator"] == NETWORK
    networks, cases = frame[is_network], _failed_last(frame[~is_network])
    shown, rows = columns(cases), [row for _, row in cases.iterrows()]
    return (
        templates()
        .get_template("report.html.j2")
        .render(
            run=run,
            subtitle=subtitle(run, frame),
            provenance_sentence=_provenance(run, frame),
            highlights=network_highlights(networks) if cases.empty else highlights(cases),
            facts=facts(run, frame),
            summary=None if networks.empty else tables.networks(networks),
            networks=network_sections(networks, run.provenance),
            figures=_figures(cases, example, run.provenance),
            tables=_tables(cases, baseline),
            energy_uncertainty=uncertainty(cases["energy_uncertainty_pct"]),
            failures=failures(frame),
            failed=int((frame["status"] != "ok").sum()),
            columns=shown,
            rows=rows,
            cases_data=cases_data(shown, rows),
            advice=network_advice(networks) if cases.empty else advice(cases),
            files=files,
            generated=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        )
    )


def templates() -> Environment:
    """The templates of all pages, with the filter `asset` for our own style sheet and script."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["asset"] = _asset
    environment.filters["table_data"] = table_data
    environment.globals["page_rows"] = PAGE
    return environment


def _figures(
    cases: pd.DataFrame, example: ExampleTrace | None, provenance: Provenance
) -> list[figures.Figure]:
    """Figures of operators, where there are any, and the energy window."""
    window = figures.energy_window(example, cases, provenance)
    if cases.empty:
        return [window] if window.panels else []
    return [
        figures.efficiency(cases, provenance),
        figures.by_shape(cases, provenance),
        figures.rooflines(cases, provenance),
        window,
    ]


def _provenance(run: RunRecord, frame: pd.DataFrame) -> str:
    """Sentence on the provenance of the numbers, and another on each model that predicted."""
    models = (_PREDICTED_BY[PredictedBy(name)] for name in frame["predictor"].unique() if name)
    return " ".join([_PROVENANCE[run.provenance], *models])


def _failed_last(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order of the table, named by their place in it."""
    return frame.sort_values("status", key=lambda status: status != "ok", kind="stable", ignore_index=True)


def _tables(frame: pd.DataFrame, baseline: Baseline | None) -> list[tables.Table]:
    if frame.empty:
        return []
    compared = tables.against(compare_with_library(frame, baseline)) if baseline else None
    found = (
        tables.gains(frame),
        tables.variants(frame),
        tables.layouts(frame),
        tables.members(frame),
        compared,
    )
    return [table for table in found if table]


def _asset(name: str) -> Markup:
    """A style sheet or script of our own, verbatim."""
    return Markup((_TEMPLATES / name).read_text(encoding="utf-8"))  # noqa: S704  (ships with hilbench)
