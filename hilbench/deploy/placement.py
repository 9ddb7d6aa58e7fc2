"""Places of a schedule's tensors in the arena, by a memory plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hilbench.deploy.memory import Bank, MemoryPlan, plan
from hilbench.deploy.memory.needs import OUTPUTS, needs_of, scratch_name
from hilbench.deploy.schedule import Schedule
from hilbench.operators.arena import aligned

_RAM = "ram"


@dataclass(frozen=True)
class Placement:
    """Places in the arena, bytes from its beginning.

    Attributes:
        offsets: of the tensors with storage of their own; outputs of the network lie one behind the other.
        scratch: of each step's working memory.
        output: of the first output.
        bytes: size of the arena.
        consumes_inputs: whether something else comes to lie where an input was.
        memory: the plan of which these are the places.
    """

    offsets: Mapping[str, int]
    scratch: tuple[int, ...]
    output: int
    bytes: int
    consumes_inputs: bool
    memory: MemoryPlan


def place(schedule: Schedule, ram: int | None = None, *, overlaps: bool = True) -> Placement:
    """Place all tensors and the scratch memory of each step.

    Args:
        schedule: its layers have their kernels.
        ram: bytes that there are; None for as many as are needed.
        overlaps: whether outputs may grow into the inputs that they use up.

    Raises:
        DoesNotFit: there is too little RAM; the sentence names the largest tensors of the worst step.
    """
    needs = needs_of(schedule)
    return placed(schedule, plan(needs.buffers, needs.overlaps if overlaps else (), [Bank(_RAM, ram)]))


def placed(schedule: Schedule, memory: MemoryPlan) -> Placement:
    """Places by a plan of the schedule's buffers in one bank."""
    offsets = {name: place.offset for name, place in memory.placements.items()}
    places = {name: offset for name, offset in offsets.items() if name in schedule.tensors}
    end = offsets[OUTPUTS]
    for name in schedule.outputs:
        places[name] = end
        end += schedule.tensors[name].bytes
    return Placement(
        offsets=places,
        scratch=tuple(offsets.get(scratch_name(index), 0) for index in range(len(schedule.steps))),
        output=offsets[OUTPUTS],
        bytes=aligned(memory.peak),
        consumes_inputs=any(_is_shared(name, memory) for name in schedule.inputs),
        memory=memory,
    )


def _is_shared(name: str, memory: MemoryPlan) -> bool:
    """Whether any other buffer has bytes where an input lies."""
    sizes = {buffer.name: buffer.bytes for buffer in memory.buffers}
    begin = memory.placements[name].offset
    end = begin + sizes.pop(name)
    return any(
        memory.placements[other].offset < end and begin < memory.placements[other].offset + size
        for other, size in sizes.items()
    )
