"""A sweep drawn for people: what it runs on, a bar, and a line for everything that went wrong."""

from __future__ import annotations

import time

from rich.console import Console

from hilbench.closing import Closing
from hilbench.console import rough_duration
from hilbench.progress_bar import LOG_LINE_S, progress_bar
from hilbench.provenance import Provenance
from hilbench.results import Measurement, RunRecord, Status, reason
from hilbench.runner.events import (
    CaseDone,
    CaseStarted,
    Chosen,
    Event,
    Flashing,
    LeftOut,
    MemberExcluded,
    Predicting,
    Retrying,
    Started,
)


class SweepProgress(Closing):
    """Listens to a sweep. Events of the build's thread are not drawn: the board is what one waits for."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = progress_bar(console)
        self._total = 0
        self._began = self._next_line = 0.0
        self._task = self._bar.add_task("", total=None, visible=False)

    def close(self) -> None:
        """End the drawing."""
        self._bar.stop()

    def __call__(self, event: Event) -> None:
        """Draw one event."""
        match event:
            case Predicting(configuration, shapes):
                self._say(f"predicting the variants of {shapes} shapes ({configuration})", style="dim")
            case Chosen(configuration, variants):
                chosen = ", ".join(f"{count} {name}" for name, count in variants.items())
                self._say(f"chosen: {chosen} ({configuration})", style="dim")
            case LeftOut(label, reason):
                self._say(f"left out: {label}: {reason}")
            case Started(run, total, kept):
                self._announce(run, kept)
                self._total = total
                self._began = time.monotonic()
                self._next_line = self._began + LOG_LINE_S
                self._bar.start()
                self._bar.update(self._task, total=total, visible=True)
            case Flashing(digest, cases):
                self._bar.update(self._task, description=f"flashing image {digest[:12]} with {cases} cases")
            case CaseStarted(label):
                self._bar.update(self._task, description=label)
            case Retrying(label, attempt):
                self._say(f"{label}: {attempt.stage} failed, {attempt.recovery} and again: {attempt.cause}")
            case MemberExcluded(name, reason):
                self._say(f"{name} is left out, its cases go to the others: {reason}", style="bold yellow")
            case CaseDone(measurement, done):
                self._bar.update(self._task, completed=done)
                if measurement.status is not Status.OK:
                    self._say(_complaint(measurement))
                self._reassure(done)

    def _announce(self, run: RunRecord, kept: int) -> None:
        self._say(run.headline, style="bold yellow" if run.provenance is Provenance.EMULATED else "bold")
        again = f", resumed with {kept} rows" if kept else ""
        self._say(f"run {run.run_id}: grid {run.grid} on {run.chip}{again}", style="dim")

    def _reassure(self, done: int) -> None:
        """Say in a log, where no bar moves, how far the sweep is; once in a while."""
        now = time.monotonic()
        if self._bar.disable and now >= self._next_line and done < self._total:
            self._next_line = now + LOG_LINE_S
            left = (now - self._began) / done * (self._total - done)
            self._say(f"{done} of {self._total} cases, {rough_duration(left)} left", style="dim")

    def _say(self, text: str, style: str | None = None) -> None:
        self._console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def _complaint(measurement: Measurement) -> str:
    label = str(measurement.workload)
    return f"{measurement.status}: {label}: {reason(measurement.cause, label)}"
