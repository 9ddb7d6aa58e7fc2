"""Updates of a network's states: when each may take what the next run is to find in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hilbench.deploy.schedule import Schedule


@dataclass(frozen=True)
class Update:
    """A state that takes its next elements.

    Attributes:
        state: name of what a run reads.
        following: name of what the next run is to read in its place.
        step: index of the step behind which that can be; -1 before the first.
    """

    state: str
    following: str
    step: int


def updates(schedule: Schedule) -> tuple[Update, ...]:
    """States that are read and change, in an order in which each is read before it is overwritten.

    States that exchange their places have no such order, and are left out.
    """
    last_reads = _last(schedule, reads=True)
    last_writes = _last(schedule, reads=False)
    whole = {name: schedule.place(following).whole for name, following in schedule.states}
    left = {
        name: max(last_reads[name], last_writes.get(whole[name], -1))
        for name, _ in schedule.states
        if name in last_reads and whole[name] != name
    }
    following = dict(schedule.states)
    order: list[Update] = []
    while left:
        read = {whole[name] for name in left}
        free = sorted((step, name) for name, step in left.items() if name not in read)
        if not free:
            break
        for step, name in free:
            order.append(Update(name, following[name], step))
            del left[name]
            if whole[name] in left:
                left[whole[name]] = max(left[whole[name]], step)
    return tuple(sorted(order, key=lambda update: update.step))


def _last(schedule: Schedule, *, reads: bool) -> Mapping[str, int]:
    """Index of the last step that reads, or writes, any part of a tensor."""
    return {
        schedule.place(name).whole: index
        for index, step in enumerate(schedule.steps)
        for name in (step.inputs if reads else step.outputs)
    }
