"""Lifetimes of a schedule's tensors: from the step that writes one to the last that reads it."""

from __future__ import annotations

from dataclasses import dataclass

from hilbench.deploy.schedule import Schedule


@dataclass(frozen=True)
class Lifetime:
    """Steps in which a tensor must be kept.

    Attributes:
        bytes: that it takes.
        first: step that writes it; -1 for what is there before the first.
        last: step that reads it last; the number of steps for what must be there in the end.
    """

    bytes: int
    first: int
    last: int


def lifetimes(schedule: Schedule) -> dict[str, Lifetime]:
    """Lifetimes of the tensors with storage of their own, constants excepted."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}

    def used(name: str, step: int) -> None:
        whole = schedule.place(name).whole
        first[whole] = min(first.get(whole, step), step)
        last[whole] = max(last.get(whole, step), step)

    for name in schedule.inputs:
        used(name, -1)
    for index, step in enumerate(schedule.steps):
        for name in (*step.inputs, *step.outputs):
            used(name, index)
    for name in schedule.outputs:
        used(name, len(schedule.steps))
    return {
        name: Lifetime(schedule.tensors[name].bytes, begin, last[name])
        for name, begin in first.items()
        if name not in schedule.constants
    }
