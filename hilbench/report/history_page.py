"""The page of figures over runs, in the report's design."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from hilbench.analysis import History
from hilbench.report.figures.figure import Figure
from hilbench.report.numbers import significant
from hilbench.report.page import templates
from hilbench.report.plots.canvas import Panel
from hilbench.report.plots.history import history_plot
from hilbench.report.selection import spoken_case
from hilbench.report.tables.table import Heading, Table
from hilbench.report.write import write_page

_HEADINGS = (
    Heading("case", numeric=False),
    Heading("board", numeric=False),
    Heading("changed in run", numeric=False),
    Heading("commit", numeric=False),
    Heading("change, %"),
    Heading("level before"),
    Heading("after"),
    Heading("also changed", numeric=False, hint="settings that differ from the run before"),
)


def write_history(histories: Sequence[History], case: str, out: Path) -> Path:
    """Write `out/index.html`, one self-contained page, and return its path.

    Args:
        histories: at least one.
        case: name under which they were asked for.
        out: folder, made when missing.

    Raises:
        ConfigError: the page cannot be written.
    """
    page = (
        templates()
        .get_template("history.html.j2")
        .render(
            case=case,
            metric=histories[0].metric,
            provenances=sorted({str(history.provenance) for history in histories}),
            figures=[_figure(number, history) for number, history in enumerate(histories)],
            changes=_changes(histories),
            generated=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        )
    )
    return write_page(page, out)


def _figure(number: int, history: History) -> Figure:
    count = len(history.points)
    told = "no change" if len(history.levels) == 1 else f"{len(history.levels) - 1} marked changes"
    alt = f"{history.metric} of {spoken_case(history.case)} over {count} runs, with {told}."
    panel = Panel(f"history-{number}", history.board, alt, history.provenance, height=260)
    caption = f"{history.metric} of {count} runs on {history.board}, oldest first; {told}."
    title = spoken_case(history.case)
    return Figure(
        f"case-{number}", title, caption, (history_plot(panel, history),), provenance=history.provenance
    )


def _changes(histories: Sequence[History]) -> Table:
    caption = (
        "A change is a cut of the cheapest partition into levels (Jackson et al., 2005) of the logarithms; "
        "noise alone makes one in about one of a hundred histories. Emulated cycles and sizes have no noise."
    )
    rows = tuple(row for history in histories for row in _rows(history))
    return Table("changes", "Changes", caption, _HEADINGS, rows)


def _rows(history: History) -> list[tuple[str, ...]]:
    levels = pairwise(history.levels)
    return [
        (
            spoken_case(history.case),
            history.board,
            point.run.run_id,
            point.commit,
            f"{100 * (ratio - 1):+.2f}",
            significant(before.value, 5),
            significant(after.value, 5),
            ", ".join(point.differs),
        )
        for (point, ratio), (before, after) in zip(history.changes, levels, strict=True)
    ]
