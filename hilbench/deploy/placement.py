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
        offsets: of the tensors with storage of their own; outputs of the network lie one behind the other.
        scratch: of each step's working memory.
        output: of the first output.
        bytes: size of the arena.
        consumes_inputs: whether something else comes to lie where an input was.
    """

    offsets: Mapping[str, int]
    scratch: tuple[int, ...]
    output: int
    bytes: int
    consumes_inputs: bool


def place(schedule: Schedule) -> Placement:
    """Place all tensors and the scratch memory of each step."""
    alive = lifetimes(schedule)
    outputs = {name: alive.pop(name) for name in schedule.outputs}
    steps = range(len(schedule.steps))
    together = Lifetime(
        sum(each.bytes for each in outputs.values()), min(each.first for each in outputs.values()), len(steps)
    )
    scratch = {
        _scratch(index): Lifetime(step.layer.arena.scratch_bytes, index, index)
        for index, step in enumerate(schedule.steps)
    }
    wanted = alive | scratch | {_OUTPUTS: together}
    offsets = _first_fit(wanted)
    begin = offsets[_OUTPUTS]
    for name, each in outputs.items():
        offsets[name] = begin
        begin += each.bytes
    return Placement(
        offsets=offsets,
        scratch=tuple(offsets[_scratch(index)] for index in steps),
        output=offsets[_OUTPUTS],
        bytes=_aligned(max(offsets[name] + each.bytes for name, each in wanted.items())),
        consumes_inputs=any(_is_overwritten(name, wanted, offsets) for name in schedule.inputs),
    )


_OUTPUTS = "all outputs"


def _scratch(index: int) -> str:
    return f"scratch of step {index}"


def _first_fit(wanted: Mapping[str, Lifetime]) -> dict[str, int]:
    """The lowest offset of each, the largest first, where nothing lies that lives at the same time."""
    offsets: dict[str, int] = {}
    for name in sorted(wanted, key=lambda each: -wanted[each].bytes):
        placed = [(wanted[each], offset) for each, offset in offsets.items()]
        offsets[name] = _lowest(wanted[name], placed)
    return offsets


def _lowest(wanted: Lifetime, placed: list[tuple[Lifetime, int]]) -> int:
    meeting = [
        (offset, offset + other.bytes)
        for other, offset in placed
        if other.first <= wanted.last and wanted.first <= other.last
    ]
    offset = 0
    for begin, end in sorted(meeting):
        if offset + wanted.bytes <= begin:
            break
        offset = max(offset, _aligned(end))
    return offset


def _is_overwritten(name: str, wanted: Mapping[str, Lifetime], offsets: Mapping[str, int]) -> bool:
    begin, end = offsets[name], offsets[name] + wanted[name].bytes
    return any(
        offsets[other] < end and begin < offsets[other] + each.bytes and each.bytes
        for other, each in wanted.items()
        if other != name
    )


def _aligned(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT
