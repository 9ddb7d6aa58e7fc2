"""Places of a schedule's tensors in the arena: lifetimes, and inputs that outputs may grow into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hilbench.deploy.lifetimes import Lifetime, lifetimes
from hilbench.deploy.memory import Bank, Buffer, MemoryPlan, Overlap, plan
from hilbench.deploy.memory.buffers import ALIGNMENT
from hilbench.deploy.schedule import Schedule, Step
from hilbench.operators.reuse import Reuse

_OUTPUTS = "outputs"
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
    alive = lifetimes(schedule)
    outputs = {name: alive[name] for name in schedule.outputs}
    buffers = list(_buffers(schedule, alive))
    shared = list(_overlaps(schedule, alive)) if overlaps else []
    memory = plan(buffers, shared, [Bank(_RAM, ram)])
    offsets = {name: placed.offset for name, placed in memory.placements.items()}
    begin = offsets[_buffer_of(schedule, schedule.outputs[0])]
    places = {name: offsets[name] for name in alive if name not in outputs}
    end = begin
    for name, each in outputs.items():
        places[name] = end
        end += each.bytes
    return Placement(
        offsets=places,
        scratch=tuple(offsets.get(_scratch(index), 0) for index in range(len(schedule.steps))),
        output=begin,
        bytes=_aligned(memory.peak),
        consumes_inputs=any(_is_shared(name, buffers, offsets) for name in schedule.inputs),
        memory=memory,
    )


def _buffers(schedule: Schedule, alive: Mapping[str, Lifetime]) -> Iterator[Buffer]:
    """Buffers of the tensors, of all outputs together, and of scratch memory."""
    for name, each in alive.items():
        if name not in schedule.outputs:
            yield Buffer(name, each.bytes, each.first, each.last)
    outputs = [alive[name] for name in schedule.outputs]
    yield Buffer(
        _buffer_of(schedule, schedule.outputs[0]),
        sum(each.bytes for each in outputs),
        min(each.first for each in outputs),
        len(schedule.steps),
    )
    for index, step in enumerate(schedule.steps):
        if size := step.layer.arena.scratch_bytes:
            yield Buffer(_scratch(index), size, index, index)


def _overlaps(schedule: Schedule, alive: Mapping[str, Lifetime]) -> Iterator[Overlap]:
    """Inputs that the output of the step which reads them last may grow into."""
    for index, step in enumerate(schedule.steps):
        output = schedule.place(step.outputs[0]).whole
        if alive[output].first != index or not _is_whole(schedule, step.outputs[0]):
            continue
        for name, reuse in _reused(step):
            source = schedule.place(name).whole
            ends = source in alive and alive[source].last == index and _is_whole(schedule, name)
            read_once = [schedule.place(other).whole for other in step.inputs].count(source) == 1
            if reuse is not None and ends and read_once and source not in schedule.outputs:
                yield Overlap(
                    _buffer_of(schedule, output), source, distance=reuse.distance, multiple=reuse.multiple
                )


def _reused(step: Step) -> Iterator[tuple[str, Reuse | None]]:
    yield from zip(step.inputs, step.layer.kernel.input_reuse(step.layer), strict=True)


def _is_whole(schedule: Schedule, name: str) -> bool:
    """Whether a tensor is all of what it is a part of."""
    part = schedule.place(name)
    return part.offset == 0 and schedule.tensors[part.whole].bytes == schedule.tensors[name].bytes


def _buffer_of(schedule: Schedule, name: str) -> str:
    """Name of the buffer that holds a tensor: outputs share one, where there are several."""
    together = name in schedule.outputs and len(schedule.outputs) > 1
    return _OUTPUTS if together else name


def _scratch(index: int) -> str:
    return f"scratch memory of step {index}"


def _is_shared(name: str, buffers: list[Buffer], offsets: Mapping[str, int]) -> bool:
    """Whether any other buffer has bytes where an input lies."""
    (own,) = (buffer for buffer in buffers if buffer.name == name)
    begin, end = offsets[name], offsets[name] + own.bytes
    return any(
        offsets[other.name] < end and begin < offsets[other.name] + other.bytes
        for other in buffers
        if other is not own
    )


def _aligned(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT
