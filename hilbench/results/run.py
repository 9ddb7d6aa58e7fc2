"""A run: what one sweep measured, on what, when, and with which command."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from hilbench.environment import Environment
from hilbench.power.trace import Edge, PowerTrace
from hilbench.provenance import Provenance, headline


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """The head of a sweep; its measurements refer to it by `run_id`.

    Attributes:
        board: id in boards.yaml of the board that really ran.
        twin_of: id of the physical board it stands for; empty when it was asked for by name.
        finished: None while the sweep runs and after it was interrupted.
        command: the command line as it was typed.
        environment: what all rows share: probe and meter serials, host, versions.
    """

    run_id: str
    board: str
    twin_of: str = ""
    provenance: Provenance
    chip: str
    core: str
    grid: str
    command: str
    started: datetime
    finished: datetime | None = None
    hilbench_version: str
    environment: Environment = field(default_factory=Environment)

    @property
    def headline(self) -> str:
        """Source of its numbers, which is said first and loudly."""
        return headline(self.board, self.twin_of, self.provenance)

    def document(self) -> dict[str, Any]:
        """Plain data for `run.json`; times in ISO 8601."""
        values = {
            key: value.isoformat() if isinstance(value, datetime) else value
            for key, value in asdict(self).items()
        }
        return values | {"environment": self.environment.values()}


@dataclass(frozen=True)
class ExampleTrace:
    """One energy window with its surroundings, kept whole so that a report can show it.

    Attributes:
        label: the case that ran in it.
        trace: samples from the idle time before the window to that after it.
        start: falling edge of the trigger, where the window begins.
        stop: rising edge of the trigger, where it ends.
        iterations: runs of the kernel between the edges.
    """

    label: str
    trace: PowerTrace
    start: Edge
    stop: Edge
    iterations: int
