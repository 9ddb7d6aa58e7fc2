"""A sweep drawn for people: what it runs on, a bar, and a line for everything that went wrong."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from hilbench.provenance import Provenance
from hilbench.results import Measurement, RunRecord, Status, reason
from hilbench.sweep.events import (
    CaseDone,
    CaseStarted,
    Chosen,
    Event,
    Flashing,
    LeftOut,
    Predicting,
    Retrying,
    Started,
)


class SweepProgress:
    """Listens to a sweep. Events of the build's thread are not drawn: the board is what one waits for."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = Progress(
            SpinnerColumn(),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None, visible=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def __call__(self, event: Event) -> None:
        """Draw one event."""
        match event:
            case Predicting(configuration, shapes):
                self._say(f"predicting the variants of {shapes} shapes ({configuration})", style="dim")
            case Chosen(configuration, variants):
                chosen = ", ".join(f"{count} {name}" for name, count in variants.items())
                self._say(f"chosen by predicted cycles: {chosen} ({configuration})", style="dim")
            case LeftOut(label, reason):
                self._say(f"left out: {label}: {reason}")
            case Started(run, total, kept):
                self._announce(run, kept)
                self._bar.start()
                self._bar.update(self._task, total=total, visible=True)
            case Flashing(digest, cases):
                self._bar.update(self._task, description=f"flashing image {digest[:12]} with {cases} cases")
            case CaseStarted(label):
                self._bar.update(self._task, description=label)
            case Retrying(label, attempt):
                self._say(f"{label}: {attempt.stage} failed, {attempt.recovery} and again: {attempt.cause}")
            case CaseDone(measurement, done):
                self._bar.update(self._task, completed=done)
                if measurement.status is not Status.OK:
                    self._say(_complaint(measurement))

    def _announce(self, run: RunRecord, kept: int) -> None:
        self._say(headline(run), style="bold yellow" if run.provenance is Provenance.EMULATED else "bold")
        again = f", resumed with {kept} rows" if kept else ""
        self._say(f"run {run.run_id}: grid {run.grid} on {run.chip}{again}", style="dim")

    def _say(self, text: str, style: str | None = None) -> None:
        self._console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def headline(run: RunRecord) -> str:
    """What the numbers of `run` come from, said first and loudly."""
    if run.twin_of:
        return (
            f"NO {run.twin_of} IS ATTACHED: running on its virtual twin {run.board}; "
            "every number is EMULATED, none is measured."
        )
    if run.provenance is Provenance.EMULATED:
        return f"{run.board} is a virtual board: every number is EMULATED, none is measured."
    return f"Measuring on {run.board}."


def _complaint(measurement: Measurement) -> str:
    label = str(measurement.case)
    return f"{measurement.status}: {label}: {reason(measurement.cause, label)}"
