"""Buffers that a schedule needs: its tensors, the scratch memory of its layers, and what may share bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from itertools import combinations

import numpy as np

from hilbench.deploy.memory.buffers import Buffer, Overlap
from hilbench.deploy.memory.liveness import Access, Usage, separation
from hilbench.deploy.schedule import Schedule, Step
from hilbench.deploy.states import Update, updates
from hilbench.operators import Layer
from hilbench.operators.reuse import Reuse

OUTPUTS = "outputs"
"""Name of the buffer with all outputs of a network, one behind the other."""

_Exchanges = dict[tuple[str, str], list[tuple[Access, Access]]]


@dataclass(frozen=True)
class Needs:
    """Buffers of a schedule, and pairs of them that may share bytes.

    Attributes:
        usages: of the buffers, by name.
        exchanges: by the names of a buffer that a step writes and of one that it reads.
        edges: names of buffers with inputs or outputs of the network.
    """

    usages: Mapping[str, Usage]
    exchanges: _Exchanges
    edges: frozenset[str] = frozenset()

    @cached_property
    def buffers(self) -> tuple[Buffer, ...]:
        """Buffers by the names of tensors, and of the steps' scratch memory by `scratch_name`."""
        return tuple(_buffer(name, usage, at_edge=name in self.edges) for name, usage in self.usages.items())

    @cached_property
    def overlaps(self) -> tuple[Overlap, ...]:
        """Pairs of buffers that may share bytes."""
        pairs = (pair for pair in combinations(self.buffers, 2) if pair[0].lives_with(pair[1]))
        return tuple(overlap for one, other in pairs for overlap in self._overlaps(one, other))

    @cached_property
    def step_bytes(self) -> tuple[int, ...]:
        """Lower bound of the memory that each step needs: what is live in it, without what may be shared."""
        live = sum((usage.live for usage in self.usages.values()), np.zeros(1, np.int64))[1:-1].copy()
        for (output, source), exchanges in self.exchanges.items():
            lower, upper = self.usages[output], self.usages[source]
            distance = separation(lower, upper, exchanges).distance
            common = (lower.during.ends - upper.during.begins)[1:-1] - distance
            for step in {write.step for write, _ in exchanges}:
                live[step] -= np.clip(common[step], 0, min(lower.live[step + 1], upper.live[step + 1]))
        return tuple(live.tolist())

    def _overlaps(self, one: Buffer, other: Buffer) -> Iterator[Overlap]:
        for lower, upper in ((one, other), (other, one)):
            exchanges = self.exchanges.get((lower.name, upper.name), [])
            reuse = separation(self.usages[lower.name], self.usages[upper.name], exchanges)
            if reuse.distance < lower.bytes:
                yield Overlap(lower.name, upper.name, reuse.distance, reuse.multiple)


def needs_of(schedule: Schedule) -> Needs:
    """The buffers of a schedule whose layers have their kernels."""
    sizes = {name: spec.bytes for name, spec in schedule.tensors.items()}
    sizes[OUTPUTS] = sum(sizes[name] for name in schedule.outputs)
    recorder = _Recorder(schedule, partial(holder, schedule), sizes, updates(schedule))
    return replace(
        recorder.record(schedule.inputs, schedule.outputs), edges=frozenset((*schedule.inputs, OUTPUTS))
    )


def piece_needs(schedule: Schedule, given: Iterable[str], kept: Iterable[str]) -> Needs:
    """The buffers of a few steps alone, which are all that a schedule has.

    Args:
        schedule: has these steps; its inputs and outputs do not count.
        given: tensors that are there before the first step.
        kept: tensors that must be there behind the last.
    """

    def place(name: str) -> tuple[str, int]:
        part = schedule.place(name)
        return part.whole, part.offset

    sizes = {name: spec.bytes for name, spec in schedule.tensors.items()}
    return _Recorder(schedule, place, sizes).record(given, kept)


class _Recorder:
    """Accesses of a schedule's steps.

    Args:
        schedule: whose steps are recorded.
        place: buffer and first byte of a tensor.
        sizes: of all buffers.
        taken: states that take what the next run finds in them.
    """

    def __init__(
        self,
        schedule: Schedule,
        place: Callable[[str], tuple[str, int]],
        sizes: Mapping[str, int],
        taken: Iterable[Update] = (),
    ) -> None:
        self._schedule, self._place, self._sizes = schedule, place, sizes
        self._taken = tuple(taken)
        self._usages: dict[str, Usage] = {}
        self._exchanges: _Exchanges = {}

    def record(self, given: Iterable[str], kept: Iterable[str]) -> Needs:
        """All accesses, with tensors that are there before the first step or needed behind the last."""
        for name in given:
            self._access(name, -1, writes=True)
        for index, step in enumerate(self._schedule.steps):
            self._record_step(index, step)
        for name in kept:
            self._access(name, len(self._schedule.steps), writes=False)
        return Needs(self._usages, self._exchanges)

    def _record_step(self, index: int, step: Step) -> None:
        reads = [
            self._access(name, index, writes=False, reuse=reuse)
            for name, reuse in zip(step.inputs, _reuse(step), strict=True)
        ]
        written = [self._access(name, index, writes=True) for name in step.outputs]
        for target in filter(None, written):
            for source in filter(None, reads):
                if source[0] != target[0]:
                    self._exchanges.setdefault((target[0], source[0]), []).append((target[1], source[1]))
        for update in self._taken:
            if update.step == index:
                self._access(update.following, index, writes=False)
        if scratch := step.layer.arena.scratch_bytes:
            usage = Usage(scratch, len(self._schedule.steps), [Access(index, 0, scratch, writes=True)])
            self._usages[scratch_name(index)] = usage

    def _access(
        self, name: str, step: int, *, writes: bool, reuse: Reuse | None = None
    ) -> tuple[str, Access] | None:
        """Buffer and access; None for constants, which take no RAM."""
        whole, begin = self._place(name)
        if whole in self._schedule.constants:
            return None
        usage = self._usages.setdefault(whole, Usage(self._sizes[whole], len(self._schedule.steps)))
        access = Access(step, begin, begin + self._sizes[name], writes, reuse)
        usage.accesses.append(access)
        return whole, access


def scratch_name(step: int) -> str:
    """Name of the buffer with a step's scratch memory."""
    return f"scratch of step {step}"


def holder(schedule: Schedule, name: str) -> tuple[str, int]:
    """Name of the buffer that holds a tensor, and the tensor's first byte in it."""
    part = schedule.place(name)
    if part.whole not in schedule.outputs:
        return part.whole, part.offset
    before = schedule.outputs[: schedule.outputs.index(part.whole)]
    return OUTPUTS, part.offset + sum(schedule.tensors[each].bytes for each in before)


def _buffer(name: str, usage: Usage, *, at_edge: bool) -> Buffer:
    steps = [access.step for access in usage.accesses]
    accessed = sum(access.end - access.begin for access in usage.accesses)
    return Buffer(name, usage.bytes, min(steps), max(steps), accesses=accessed, at_edge=at_edge)


def _reuse(step: Step) -> tuple[Reuse | None, ...]:
    """Reuse of a step's inputs; of several outputs none, as they are written one after the other."""
    found = _kernel_reuse(step.layer)
    return found if len(step.outputs) == 1 else (None,) * len(found)


@lru_cache(maxsize=4096)
def _kernel_reuse(layer: Layer) -> tuple[Reuse | None, ...]:
    return layer.kernel.input_reuse(layer)
