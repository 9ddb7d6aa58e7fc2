"""Memory that is needed in a step, whatever the plan."""

from __future__ import annotations

from collections.abc import Sequence

from hilbench.deploy.memory.buffers import Bank, Buffer, Overlap
from hilbench.errors import DoesNotFit
from hilbench.networks.names import short_name

_NAMED = 4
"""Buffers that a refusal names."""


def least_bytes(buffers: Sequence[Buffer], overlaps: Sequence[Overlap]) -> int:
    """A lower bound of what any plan takes: the most that is alive at once, without what can be shared."""
    shared: dict[int, int] = {}
    named = {buffer.name: buffer for buffer in buffers}
    for overlap in {(each.output, each.input): each for each in overlaps}.values():
        output, source = named[overlap.output], named[overlap.input]
        union = max(output.bytes, source.bytes + max(0, overlap.distance))
        saved = max(0, output.bytes + source.bytes - union)
        for step in range(output.first, source.last + 1):
            shared[step] = shared.get(step, 0) + saved
    steps = {buffer.first for buffer in buffers}
    return max((_alive_bytes(buffers, step) - shared.get(step, 0) for step in steps), default=0)


def refusal(buffers: Sequence[Buffer], banks: Sequence[Bank], excess: int) -> DoesNotFit:
    """Error of buffers for which banks have `excess` bytes too little, with the largest of the worst step."""
    step = max((buffer.first for buffer in buffers), key=lambda step: _alive_bytes(buffers, step))
    alive = sorted(_alive(buffers, step), key=lambda buffer: -buffer.bytes)
    largest = ", ".join(f"{short_name(buffer.name)} ({buffer.bytes} bytes)" for buffer in alive[:_NAMED])
    names = " and ".join(bank.name for bank in banks)
    return DoesNotFit(
        f"The memory plan exceeds {names} by {excess} bytes; most is needed where {largest} "
        f"{'are' if len(alive) > 1 else 'is'} kept: choose a smaller network or a chip with more RAM.",
        memory=banks[-1].name,
        excess=excess,
    )


def _alive(buffers: Sequence[Buffer], step: int) -> list[Buffer]:
    return [buffer for buffer in buffers if buffer.first <= step <= buffer.last]


def _alive_bytes(buffers: Sequence[Buffer], step: int) -> int:
    return sum(buffer.bytes for buffer in _alive(buffers, step))
