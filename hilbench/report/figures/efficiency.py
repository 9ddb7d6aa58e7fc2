"""η of every operator at equal MACs."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from markupsafe import Markup

from hilbench.analysis import STANDARD, settings
from hilbench.provenance import Provenance
from hilbench.report.figures.figure import Figure, legend
from hilbench.report.numbers import compact, significant
from hilbench.report.plots import eta
from hilbench.report.plots.canvas import Panel
from hilbench.report.plots.series import Series
from hilbench.report.selection import largest_series, mac_rows, operators, spoken

_TITLE = "Efficiency at equal MACs"
_METRICS = {"eta_energy": "Energy", "eta_latency": "Latency"}


def efficiency(frame: pd.DataFrame, provenance: Provenance) -> Figure:
    """The spread of η over the cases of each operator, and its course over MACs; for energy and latency."""
    rows = _comparable(mac_rows(frame))
    if rows.empty:
        return Figure("efficiency", _TITLE, _absence(frame))
    series = Series.of(rows, operators(rows))
    metrics = {column: word for column, word in _METRICS.items() if rows[column].notna().any()}
    panels = [*_spreads(rows, metrics, provenance, series), *_courses(rows, metrics, provenance, series)]
    caption = (
        "η is what a standard convolution costs over what the operator costs for as many MACs: "
        "1 is as good as the standard, 0.1 needs ten times as much. Marks are cases, the pale bar is "
        "their middle half, the number their median; lines join medians of equal MAC counts. Both sides "
        "are the best variant of their problem, the fastest or the one with the least energy. "
        f"{_basis(rows)}"
    )
    return Figure("efficiency", _TITLE, caption, tuple(panels), legend(series))


def _comparable(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with η, of configurations in which not only the standard convolution has one."""
    rows = rows.dropna(subset=[*_METRICS], how="all")
    names = settings(rows)
    return rows[names.isin(names[rows["operator"] != STANDARD])]


def _absence(frame: pd.DataFrame) -> str:
    missing = (
        "no other operator of comparable MACs"
        if STANDARD in set(mac_rows(frame)["operator"])
        else "no verified rows of the standard convolution (conv2d)"
    )
    return f"η compares operators with a standard convolution; this run has {missing}."


def _spreads(
    rows: pd.DataFrame, metrics: dict[str, str], provenance: Provenance, series: Series
) -> Iterator[Markup]:
    for column, word in metrics.items():
        medians = rows.groupby("operator")[column].median().dropna().sort_values(ascending=False)
        listed = ", ".join(f"{spoken(str(name))} {significant(value, 2)}" for name, value in medians.items())
        alt = f"Median {word.lower()} efficiency against a standard convolution: {listed}."
        panel = Panel(f"spread-{column}", f"{word} efficiency η", alt, provenance)
        yield eta.spread(panel, rows, column, series)


def _courses(
    rows: pd.DataFrame, metrics: dict[str, str], provenance: Provenance, series: Series
) -> Iterator[Markup]:
    for index, (name, group) in enumerate(largest_series(rows)):
        for column, word in metrics.items():
            heading = f"{word} η over MACs" + (f", {name}" if name else "")
            fewest, most = (compact(float(count)) for count in (group["macs"].min(), group["macs"].max()))
            alt = f"{heading}: a mark for each case, from {fewest} to {most} MACs."
            panel = Panel(f"course-{column}-{index}", heading, alt, provenance)
            yield eta.course(panel, group, column, series)


def _basis(rows: pd.DataFrame) -> str:
    """Sentence on the way in which the costs of the standard convolution were found."""
    others = rows[(rows["operator"] != STANDARD) & rows["eta_latency"].notna()]
    matched = int(others["eta_basis"].str.startswith("matched").sum())
    found = f"{matched} of {len(others)} other cases met a standard convolution within ±10 % of their MACs"
    rest = len(others) - matched
    if not rest:
        return f"{found}."
    return f"{found}; for {rest} its cost was interpolated between neighbours, never extrapolated."
