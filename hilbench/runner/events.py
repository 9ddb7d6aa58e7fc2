"""Events of a running sweep; the command line draws them, a test reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hilbench.results import Attempt, Measurement, RunRecord


@dataclass(frozen=True)
class Started:
    """The board is open; `total` rows are to be measured, `kept` stand from before."""

    run: RunRecord
    total: int
    kept: int


@dataclass(frozen=True)
class Building:
    """A build configuration is being compiled for `cases` cases; sent from the build's own thread."""

    configuration: str
    cases: int


@dataclass(frozen=True)
class Flashing:
    """An image with `cases` cases goes onto the board."""

    digest: str
    cases: int


@dataclass(frozen=True)
class CaseStarted:
    """The board begins a case."""

    label: str


@dataclass(frozen=True)
class Retrying:
    """A wire failed; `attempt` says where, why and what was done about it."""

    label: str
    attempt: Attempt


@dataclass(frozen=True)
class MemberExcluded:
    """A board of a pool cannot be had, or failed; its cases go to the others."""

    name: str
    reason: str


@dataclass(frozen=True)
class CaseDone:
    """A row is finished and stored; it is number `done` of this session."""

    measurement: Measurement
    done: int


@dataclass(frozen=True)
class LeftOut:
    """A case that is not run at all: it has no such variant, or none that a budget admits."""

    label: str
    reason: str


@dataclass(frozen=True)
class Predicting:
    """Variants of `problems` problems are being predicted, to choose one for each."""

    configuration: str
    problems: int


@dataclass(frozen=True)
class Chosen:
    """Count of each variant that was chosen under a configuration."""

    configuration: str
    variants: Mapping[str, int]


Event = (
    LeftOut
    | Predicting
    | Chosen
    | Started
    | Building
    | Flashing
    | CaseStarted
    | Retrying
    | MemberExcluded
    | CaseDone
)
Listener = Callable[[Event], None]


def ignore(event: Event) -> None:
    """The listener of those who do not watch."""
