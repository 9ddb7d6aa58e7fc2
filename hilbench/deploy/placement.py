"""Offsets of a schedule's tensors in one arena, by first fit in descending order of size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hilbench.deploy.lifetimes import Lifetime, lifetimes
from hilbench.deploy.schedule import Schedule

ALIGNMENT = 16


@dataclass(frozen=True)
class Placement:
    """Places in the arena, bytes from its beginning.

    Attributes:
        offsets: of the tensors with storage of their own, inputs and outputs of the network excepted.
        scratch: of each step's working memory.
        bytes: size of the arena.
    """

    offsets: Mapping[str, int]
    scratch: tuple[int, ...]
    bytes: int


def place(schedule: Schedule) -> Placement:
    """Place all tensors and the scratch memory of each step."""
    outside = {*schedule.inputs, *(schedule.place(name).whole for name in schedule.outputs)}
    wanted = {name: each for name, each in lifetimes(schedule).items() if name not in outside}
    scratch = {
        f"scratch {index}": Lifetime(step.layer.case.scratch_bytes, index, index)
        for index, step in enumerate(schedule.steps)
    }
    offsets: dict[str, int] = {}
    everything = wanted | scratch
    for name in sorted(everything, key=lambda each: -everything[each].bytes):
        offsets[name] = _lowest(everything[name], [(everything[each], offsets[each]) for each in offsets])
    size = max((offsets[name] + everything[name].bytes for name in offsets), default=0)
    return Placement(
        {name: offsets[name] for name in wanted}, tuple(offsets[name] for name in scratch), _aligned(size)
    )


def _lowest(wanted: Lifetime, placed: list[tuple[Lifetime, int]]) -> int:
    """Lowest offset where nothing that lives at the same time lies."""
    alive = [
        (offset, offset + other.bytes)
        for other, offset in placed
        if other.first <= wanted.last and wanted.first <= other.last
    ]
    offset = 0
    for begin, end in sorted(alive):
        if offset + wanted.bytes <= begin:
            break
        offset = max(offset, _aligned(end))
    return offset


def _aligned(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT
