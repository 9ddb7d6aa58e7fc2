"""The page of several runs and boards side by side, in the design of a run's page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from hilbench.analysis.side_by_side import Line, Side, lines, mean_ratio, sides
from hilbench.report.figures.side_by_side import latencies, ratios
from hilbench.report.highlights import Finding
from hilbench.report.metadata import facts, subtitle
from hilbench.report.numbers import MISSING, significant
from hilbench.report.page import templates
from hilbench.report.tables import side_by_side as tables
from hilbench.report.write import write_page
from hilbench.results import RunRecord

_MOST_FINDINGS = 5


def write_side_by_side(runs: Sequence[tuple[RunRecord, pd.DataFrame]], out: Path) -> Path:
    """Write `out/index.html`, one self-contained page, and return its path.

    Args:
        runs: heads and rows; ratios are against the first.
        out: folder, made when missing.

    Raises:
        ConfigError: there are too many, or the page cannot be written.
    """
    return write_page(render_side_by_side(runs), out)


def render_side_by_side(runs: Sequence[tuple[RunRecord, pd.DataFrame]]) -> str:
    """The page as one HTML document.

    Raises:
        ConfigError: there are too many runs.
    """
    beside = sides(runs)
    cases, networks = (lines(beside, networks=which) for which in (False, True))
    provenances = list(dict.fromkeys(str(side.run.provenance) for side in beside))
    provenance = " and ".join(provenances)
    drawn = [latencies(beside, networks, provenance)] if networks else []
    if cases:
        drawn.append(ratios(beside, cases, provenance))
    stated = [dict(facts(side.run, side.rows)) for side in beside]
    found = (
        tables.networks(beside, networks),
        tables.missing(beside, (*networks, *cases)),
        tables.cases(beside, cases),
        tables.setups(beside, stated),
    )
    return (
        templates()
        .get_template("side_by_side.html.j2")
        .render(
            run={"provenance": provenance},
            provenances=provenances,
            sides=[(side, _verified(side), subtitle(side.run, side.rows)) for side in beside],
            highlights=_highlights(beside, networks, cases),
            figures=[figure for figure in drawn if figure],
            tables=[table for table in found if table],
            generated=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        )
    )


def _verified(side: Side) -> str:
    return f"{int((side.rows['status'] == 'ok').sum())} of {len(side.rows)} verified"


def _highlights(beside: Sequence[Side], networks: Sequence[Line], cases: Sequence[Line]) -> list[Finding]:
    """Geometric means of time, and of energy where there is room, against the first run."""
    found = []
    for column, word in (("latency_us", "time"), ("energy_uj", "energy")):
        for place, side in list(enumerate(beside))[1:]:
            for kind, of in (("networks", networks), ("cases", cases)):
                mean, count = mean_ratio(of, place, column)
                if count:
                    name = f"{word} {side.letter}/A"
                    many = kind if count > 1 else kind.removesuffix("s")
                    detail = f"geometric mean of {count} {many}; {side.letter} is {side.title}"
                    found.append(Finding(f"{significant(mean)}×", name, detail))
    if not found and len(beside) > 1:
        return [Finding(MISSING, "nothing to compare", "no case was verified in A and in another run")]
    return found[:_MOST_FINDINGS]
