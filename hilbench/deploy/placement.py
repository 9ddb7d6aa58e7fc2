"""Places of a schedule's tensors in the arena, by a memory plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hilbench.deploy.memory import Bank, MemoryPlan, plan
from hilbench.deploy.memory.needs import OUTPUTS, needs_of, scratch_name
from hilbench.deploy.schedule import Schedule
from hilbench.operators.arena import aligned


@dataclass(frozen=True)
class Placement:
    """Places in banks of RAM, bytes from the beginning of what is free there.

    Attributes:
        offsets: of the tensors with storage of their own; outputs of the network lie one behind the other.
        banks: names of the banks of those that do not lie in the arena, which is that of inputs and outputs.
        scratch: of each step's working memory: bank, empty for the arena, and offset.
        output: of the first output.
        arena_bytes: size of the arena.
        others: bytes taken of other banks.
        consumes_inputs: whether something else comes to lie where an input was.
        memory: the plan of which these are the places.
    """

    offsets: Mapping[str, int]
    banks: Mapping[str, str]
    scratch: tuple[tuple[str, int], ...]
    output: int
    arena_bytes: int
    others: Mapping[str, int]
    consumes_inputs: bool
    memory: MemoryPlan

    @property
    def bytes(self) -> int:
        """RAM of all banks together."""
        return self.arena_bytes + sum(self.others.values())


def place(schedule: Schedule, banks: Sequence[Bank] = (Bank("ram"),), *, overlaps: bool = True) -> Placement:
    """Place all tensors and the scratch memory of each step.

    Args:
        schedule: its layers have their kernels.
        banks: RAM that there is, the fastest first; one with room for all where nobody says.
        overlaps: whether outputs may grow into the inputs that they use up.

    Raises:
        DoesNotFit: there is too little RAM; the sentence names the largest tensors of the worst step.
    """
    needs = needs_of(schedule)
    return placed(schedule, plan(needs.buffers, needs.overlaps if overlaps else (), banks))


def placed(schedule: Schedule, memory: MemoryPlan) -> Placement:
    """Places by a plan of the schedule's buffers, of which the arena has the inputs and outputs."""
    offsets = {name: place.offset for name, place in memory.placements.items()}
    arena = memory.placements[OUTPUTS].bank
    elsewhere = {name: place.bank for name, place in memory.placements.items() if place.bank != arena}
    places = {name: offset for name, offset in offsets.items() if name in schedule.tensors}
    end = offsets[OUTPUTS]
    for name in schedule.outputs:
        places[name] = end
        end += schedule.tensors[name].bytes
    scratch = map(scratch_name, range(len(schedule.steps)))
    return Placement(
        offsets=places,
        banks={name: bank for name, bank in elsewhere.items() if name in places},
        scratch=tuple((elsewhere.get(name, ""), offsets.get(name, 0)) for name in scratch),
        output=offsets[OUTPUTS],
        arena_bytes=aligned(memory.bytes[arena]),
        others={name: aligned(taken) for name, taken in memory.bytes.items() if name != arena and taken},
        consumes_inputs=any(_is_shared(name, memory) for name in schedule.inputs),
        memory=memory,
    )


def _is_shared(name: str, memory: MemoryPlan) -> bool:
    """Whether any other buffer has bytes where an input lies."""
    sizes = {buffer.name: buffer.bytes for buffer in memory.buffers}
    place = memory.placements[name]
    begin, end = place.offset, place.offset + sizes.pop(name)
    others = ((memory.placements[other], size) for other, size in sizes.items())
    return any(
        other.bank == place.bank and other.offset < end and begin < other.offset + size
        for other, size in others
    )
