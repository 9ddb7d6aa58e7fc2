"""The report's figures: which rows go into each, what its panels are, and what is said below it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from markupsafe import Markup

from hilbench.efficiency import STANDARD, roof
from hilbench.provenance import Provenance
from hilbench.report.figures import eta, heatmap, roofline, trace
from hilbench.report.figures.canvas import Panel
from hilbench.report.figures.illustration import Illustration, legend
from hilbench.report.figures.palette import Ramp
from hilbench.report.numbers import significant
from hilbench.report.selection import mac_rows, operators, series_names, spoken
from hilbench.results import ExampleTrace

_MOST_SERIES = 4
"""Configurations that get panels of their own; the rest is in the table."""

_ETA = (("eta_energy", "Energy"), ("eta_latency", "Latency"))
_BY_SHAPE = (
    ("mac_per_cycle", "MAC per cycle", Ramp.SPEED),
    ("nj_per_mac", "nJ per MAC", Ramp.ENERGY),
)


def efficiency(frame: pd.DataFrame, provenance: Provenance) -> Illustration:
    """η of each operator: spread for energy and latency, then its course over MACs."""
    title = "Efficiency at equal MACs"
    rows = mac_rows(frame).dropna(subset=["eta_latency"])
    if rows["operator"].nunique() < 2:
        missing = (
            "This run has no other operator beside it at comparable MACs."
            if STANDARD in set(rows["operator"])
            else "This run has no verified rows of the standard convolution (conv2d) to compare with."
        )
        return Illustration("efficiency", title, f"η needs a standard convolution and others. {missing}")
    panels = [
        eta.spread(
            Panel(f"spread-{column}", f"{word} efficiency η", _medians(rows, column, word), provenance),
            rows,
            column,
        )
        for column, word in _ETA
        if rows[column].notna().any()
    ]
    column, word = next(item for item in _ETA if rows[item[0]].notna().any())
    for index, (name, group) in enumerate(_series(rows)):
        heading = f"{word} η over MACs" + (f", {name}" if name else "")
        alt = f"{heading}: one line an operator, from {group['macs'].min()} to {group['macs'].max()} MACs."
        panels.append(eta.course(Panel(f"course-{index}", heading, alt, provenance), group, column))
    caption = (
        "η is what a standard convolution costs over what the operator costs for as many MACs: "
        "1 is as good as the standard, 0.1 needs ten times as much. Dots are cases, the pale bar is "
        f"their middle half, the number their median. {_basis(rows)}"
    )
    return Illustration("efficiency", title, caption, tuple(panels), legend(operators(rows)))


def by_shape(frame: pd.DataFrame, provenance: Provenance) -> Illustration:
    """Heatmaps of MAC/cycle and nJ/MAC."""
    title, rows = "Speed and energy by shape", mac_rows(frame)
    panels: list[Markup] = []
    for column, word, ramp in _BY_SHAPE:
        if not (rows[column] > 0).any():
            continue
        scale = heatmap.Scale.over(ramp, rows[column])
        for index, (name, group) in enumerate(_series(rows.dropna(subset=[column]))):
            heading = word + (f", {name}" if name else "")
            alt = f"{heading} by operator, kernel and input channels, {_range(group[column])}."
            panel = Panel(f"{column}-{index}", heading, alt, provenance)
            panels.append(heatmap.heatmap(panel, group, column, scale))
    if not panels:
        return Illustration("by-shape", title, "No verified operator with weights is in this run.")
    energy = "" if rows["nj_per_mac"].notna().any() else " Energy was not measured in this run."
    caption = (
        "Median over the cases of a cell; stronger is more, on a logarithmic scale that the panels of one "
        f"quantity share. Empty cells were not measured.{energy}"
    )
    return Illustration("by-shape", title, caption, tuple(panels))


def rooflines(frame: pd.DataFrame, provenance: Provenance) -> Illustration:
    """One roofline a data type, because ceilings differ."""
    title, rows = "Roofline", mac_rows(frame)
    if rows.empty:
        return Illustration("roofline", title, "No verified operator with weights is in this run.")
    order, panels, bases = operators(rows), [], []
    for (core, dtype), group in rows.groupby(["core", "dtype"], sort=False):
        ceiling = roof(str(core), str(dtype))
        alt = f"{dtype} on {core}: {len(group)} cases, MAC/cycle {_range(group['mac_per_cycle'])}."
        panel = Panel(f"roofline-{dtype}", str(dtype), alt, provenance)
        panels.append(roofline.roofline(panel, group, order, ceiling))
        bases += [f"{dtype}: {ceiling.basis}"] if ceiling else []
    roofs = f"Ceilings of the core: {'; '.join(bases)}." if bases else "No ceilings are known for this core."
    caption = f"Each dot is a case; weights and activations count as moved once. {roofs}"
    return Illustration("roofline", title, caption, tuple(panels), legend(order))


def energy_trace(example: ExampleTrace | None, frame: pd.DataFrame, provenance: Provenance) -> Illustration:
    """One energy window with its trigger edges, and what follows from it."""
    title = "One energy window"
    if example is None:
        missing = (
            "The trace of a window was not kept with these rows."
            if frame["energy_uj"].notna().any()
            else "No energy was measured in this run, so its columns are empty, not zero."
        )
        return Illustration("trace", title, missing)
    shown = example.trace
    length = shown.seconds_between(example.start, example.stop)
    energy = shown.energy_between(example.start, example.stop)
    notes = (
        ("case", example.label),
        ("runs in the window", str(example.iterations)),
        ("window", f"{significant(1e3 * length, 4)} ms, {example.stop.index - example.start.index} samples"),
        ("mean power", f"{significant(1e3 * energy / length, 4)} mW"),
        ("energy of a run", f"{significant(1e6 * energy / example.iterations, 4)} µJ"),
        ("samples lost", str(shown.dropped)),
    )
    alt = f"Supply current before, during and after {example.iterations} runs of {example.label}."
    panel = Panel("trace", "Supply current", alt, provenance, height=290)
    caption = (
        "The trigger pin falls when the runs begin and rises when they end; energy is the plain sum of the "
        "samples between, and nothing is subtracted from it."
    )
    return Illustration("trace", title, caption, (trace.trace(panel, example),), notes=notes)


def _series(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The largest series, in the order in which the run measured them."""
    names = series_names(rows)
    largest = set(names.value_counts().index[:_MOST_SERIES])
    for name, group in rows.groupby(names, sort=False):
        if name in largest:
            yield str(name), group


def _medians(rows: pd.DataFrame, column: str, word: str) -> str:
    medians = rows.groupby("operator")[column].median().dropna().sort_values(ascending=False)
    listed = ", ".join(f"{spoken(str(name))} {significant(value, 2)}" for name, value in medians.items())
    return f"Median {word.lower()} efficiency against a standard convolution: {listed}."


def _basis(rows: pd.DataFrame) -> str:
    others = rows[rows["operator"] != STANDARD]
    matched = int(others["eta_basis"].str.startswith("matched").sum())
    return (
        f"Of {len(others)} other cases {matched} met a standard convolution within ±10 % of their MACs; "
        f"for {len(others) - matched} its cost was interpolated between neighbours, never extrapolated."
    )


def _range(values: pd.Series) -> str:
    return f"from {significant(values.min(), 2)} to {significant(values.max(), 2)}"
