"""One energy window with its trigger edges, and what follows from it."""

from __future__ import annotations

import pandas as pd

from hilbench.provenance import Provenance
from hilbench.report.figures.figure import Figure
from hilbench.report.numbers import significant, uncertainty
from hilbench.report.plots.canvas import Panel
from hilbench.report.plots.trace import trace
from hilbench.report.selection import spoken_case
from hilbench.results import ExampleTrace

_TITLE = "One energy window"
_CAPTION = (
    "The trigger pin falls when the runs begin and rises when they end; energy is the plain sum of the "
    "samples between, and nothing is subtracted from it."
)


def energy_window(example: ExampleTrace | None, frame: pd.DataFrame, provenance: Provenance) -> Figure:
    """The trace with its figures; without one, why there is none."""
    if example is None:
        return Figure("trace", _TITLE, _absence(frame))
    alt = (
        f"Supply current before, during and after {example.iterations} runs of {spoken_case(example.label)}."
    )
    panel = Panel("trace", "Supply current", alt, provenance, height=290)
    notes = _notes(example, _sureness(frame))
    return Figure("trace", _TITLE, _CAPTION, (trace(panel, example),), notes=notes)


def _absence(frame: pd.DataFrame) -> str:
    if frame["energy_uj"].notna().any():
        return "The trace of a window was not kept with these rows."
    return "No energy was measured in this run, so its columns are empty, not zero."


def _sureness(frame: pd.DataFrame) -> str:
    stated = uncertainty(frame["energy_uncertainty_pct"])
    return f" {stated}" if stated else ""


def _notes(example: ExampleTrace, sure: str) -> tuple[tuple[str, str], ...]:
    shown = example.trace
    seconds = shown.seconds_between(example.start, example.stop)
    joules = shown.energy_between(example.start, example.stop)
    samples = example.stop.index - example.start.index
    return (
        ("case", spoken_case(example.label)),
        ("runs in the window", str(example.iterations)),
        ("window", f"{significant(1e3 * seconds, 4)} ms, {samples} samples"),
        ("mean power", f"{significant(1e3 * joules / seconds, 4)} mW{sure}"),
        ("energy of a run", f"{significant(1e6 * joules / example.iterations, 4)} µJ{sure}"),
        ("samples lost", str(shown.dropped)),
    )
