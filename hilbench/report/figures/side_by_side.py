"""Figures of several runs: ratios of all cases, means by operator, latency of networks."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from hilbench.analysis import network_name
from hilbench.analysis.side_by_side import Line, Side, mean_ratio
from hilbench.report.figures.figure import Figure, LegendEntry
from hilbench.report.numbers import significant
from hilbench.report.plots import palette
from hilbench.report.plots.axis import log_axis
from hilbench.report.plots.canvas import Canvas, Panel
from hilbench.report.plots.dots import dots
from hilbench.report.plots.marks import symbol
from hilbench.report.selection import in_order, spoken

_TIME = "latency_us"


def ratios(sides: Sequence[Side], lines: Sequence[Line], provenance: str) -> Figure:
    """The time of each case by that of the first run, over the latter; and the means of operators."""
    title = "Time against A"
    if not any(line.ratio(side, _TIME) > 0 for line in lines for side in range(1, len(sides))):
        return Figure("ratios", title, "No case was verified in A and in another run.")
    caption = (
        f"Time of a run by that of A ({sides[0].title}): 0.5 takes half as long. Marks are cases, of which "
        "each run shows its fastest verified variant; beside them, geometric means over an operator's cases."
    )
    panels = (_all_cases(sides, lines, provenance), _operators(sides, lines, provenance))
    return Figure("ratios", title, caption, panels, _legend(sides, first=1))


def latencies(sides: Sequence[Side], lines: Sequence[Line], provenance: str) -> Figure | None:
    """The latency of each network in each run; None where none ran."""
    values = {
        side.letter: [line.value(place, _TIME) / 1e3 for line in lines] for place, side in enumerate(sides)
    }
    if not any(value > 0 for each in values.values() for value in each):
        return None
    names = [network_name(line.row) for line in lines]
    alt = f"Latency of {len(names)} networks in {len(sides)} runs; the table below has the numbers."
    panel = Panel("latencies", "Latency of a run", alt, provenance)
    drawing = dots(panel, names, values, "ms (left is better)", unity=False)
    caption = "Median of warm runs, of the fastest verified build of each run."
    return Figure("latencies", "Latency of networks", caption, (drawing,), _legend(sides), rows_of="")


def _all_cases(sides: Sequence[Side], lines: Sequence[Line], provenance: str) -> Markup:
    places = [place for place, line in enumerate(lines) if line.value(0, _TIME) > 0]
    found = {
        side: [
            (place, lines[place].ratio(side, _TIME))
            for place in places
            if lines[place].ratio(side, _TIME) > 0
        ]
        for side in range(1, len(sides))
    }
    times = [lines[place].value(0, _TIME) for each in found.values() for place, _ in each]
    x = log_axis(times, "µs of one run in A")
    y = log_axis([1.0, *(ratio for each in found.values() for _, ratio in each)], "time by that of A")
    means = ", ".join(
        f"{sides[side].letter} {significant(mean_ratio(lines, side, _TIME)[0])}" for side in found
    )
    panel = Panel(
        "ratio", "All cases", f"Time of each case by that of A; geometric means: {means}.", provenance
    )
    canvas = Canvas(panel, x, y)
    canvas.across(1)
    for side, each in found.items():
        canvas.marks(
            [(lines[place].value(0, _TIME), ratio) for place, ratio in each],
            [place for place, _ in each],
            symbol(side),
            palette.series(side),
            series=sides[side].letter,
        )
    return canvas.svg()


def _operators(sides: Sequence[Side], lines: Sequence[Line], provenance: str) -> Markup:
    by_operator: dict[str, list[Line]] = {}
    for line in lines:
        by_operator.setdefault(str(line.row["operator"]), []).append(line)
    names = [
        name
        for name in in_order(by_operator)
        if any(mean_ratio(by_operator[name], side, _TIME)[1] for side in range(1, len(sides)))
    ]
    values = {
        side.letter: [mean_ratio(by_operator[name], place, _TIME)[0] for name in names]
        for place, side in enumerate(sides)
    }
    values[sides[0].letter] = [float("nan")] * len(names)
    panel = Panel(
        "by-operator", "Means of operators", "Geometric means of these ratios by operator.", provenance
    )
    return dots(
        panel, [spoken(name) for name in names], values, "time by that of A (left is better)", unity=True
    )


def _legend(sides: Sequence[Side], first: int = 0) -> tuple[LegendEntry, ...]:
    return tuple(
        LegendEntry(f"{side.letter} {side.title}", palette.series(place), f"M0 0{symbol(place)}", side.letter)
        for place, side in enumerate(sides)
        if place >= first
    )
