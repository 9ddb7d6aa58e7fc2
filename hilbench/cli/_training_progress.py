"""A training drawn for people: a bar with the losses, or a line a minute where nobody looks on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from hilbench.closing import Closing
from hilbench.console import is_watched

if TYPE_CHECKING:
    from hilbench.style.training.session import Progress, TrainingRequest

_LINE_S = 60.0
"""Time between two lines in a log."""


class TrainingProgress(Closing):
    """Listens to a training."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = Bar(
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.description}", markup=False),
            console=console,
            transient=True,
            disable=not is_watched(console),
        )
        self._task = self._bar.add_task("loading", total=None)
        self._next_line = 0.0

    def begin(self, request: TrainingRequest) -> None:
        """Say what is trained, and begin to draw."""
        chosen = request.recipe.network
        self._console.print(
            f"{request.recipe.name}: alpha {chosen.alpha:g}, gamma {chosen.gamma}, "
            f"{chosen.size}x{chosen.size}{', lite' if chosen.lite else ''}; {request.out}",
            highlight=False,
        )
        self._bar.start()

    def close(self) -> None:
        """End the drawing."""
        self._bar.stop()

    def __call__(self, progress: Progress, label: str = "") -> None:
        """Draw the losses, behind the name of one of several trainings."""
        losses = ", ".join(f"{name} {value:.3f}" for name, value in progress.losses.items())
        text = f"{label}{', ' if label else ''}{progress.stage}: {losses}"
        self._bar.update(self._task, total=progress.total, completed=progress.done, description=text)
        if self._bar.disable and time.monotonic() >= self._next_line:
            self._next_line = time.monotonic() + _LINE_S
            self._console.print(f"{progress.done} of {progress.total}: {text}", highlight=False)
