"""Bar of a long command, in its one form, and how often a log says something in place of it."""

from __future__ import annotations

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Column

from hilbench.console import is_watched

LOG_LINE_S = 30.0
"""Time between two lines in a log: CI ends jobs that say nothing for some minutes."""
_ESTIMATE_S = 600.0
"""Time over which the estimate looks back: cases differ more than a board's speed does."""


def progress_bar(console: Console) -> Progress:
    """Bar with amounts, time and time left; disabled where nobody watches the console."""
    return Progress(
        SpinnerColumn(),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left", markup=False),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False, table_column=Column(ratio=1, no_wrap=True)),
        console=console,
        transient=True,
        disable=not is_watched(console),
        expand=True,
        speed_estimate_period=_ESTIMATE_S,
    )
