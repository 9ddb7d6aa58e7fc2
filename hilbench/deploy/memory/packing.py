"""Placement of buffers one after the other, each at the lowest address that those before it leave free."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hilbench.deploy.memory.buffers import Buffer, Overlap


@dataclass(frozen=True)
class Neighbor:
    """A buffer that is needed together with another, seen from that other one.

    Attributes:
        index: of the buffer.
        bytes: that it takes.
        before: least bytes from the other one's first to this one's first where the other one lies before it.
        before_step: of which that is a multiple where they share bytes.
        behind: least bytes from this one's first to the other one's first where the other one lies behind it.
        behind_step: of which that is a multiple where they share bytes.
    """

    index: int
    bytes: int
    before: int
    before_step: int
    behind: int
    behind_step: int

    def raised(self, offset: int, own_bytes: int, place: int) -> int:
        """The lowest offset of the other one from `offset` on that this one at `place` allows.

        Args:
            offset: of the other one.
            own_bytes: size of the other one.
            place: offset of this one.
        """
        end = place + self.bytes
        if offset <= place - own_bytes or offset >= end:
            return offset
        if self.before < own_bytes:
            nearer = place - (place - offset) // self.before_step * self.before_step
            if nearer <= place - self.before:
                return min(nearer, end)
        further = max(offset, place + self.behind)
        return min(place - (place - further) // self.behind_step * self.behind_step, end)


class Packing:
    """Buffers that wait for their places, and what they allow each other."""

    def __init__(self, buffers: Sequence[Buffer], overlaps: Iterable[Overlap]) -> None:
        self.buffers = buffers
        allowed = _joined(overlaps)
        self.neighbors = [
            [_seen(buffer, other, index, allowed) for index, other in _others(buffers, buffer)]
            for buffer in buffers
        ]

    def lowest(self, index: int, places: Mapping[int, int]) -> int:
        """The lowest offset of a buffer where none of its bank that has its place already is in the way."""
        buffer = self.buffers[index]
        placed = [(each, places[each.index]) for each in self.neighbors[index] if each.index in places]
        offset, before = 0, -1
        while offset != before:
            before = offset
            for neighbor, place in placed:
                offset = neighbor.raised(offset, buffer.bytes, place)
                offset = -(-offset // buffer.alignment) * buffer.alignment
        return offset


def _others(buffers: Sequence[Buffer], buffer: Buffer) -> list[tuple[int, Buffer]]:
    return [
        (index, other)
        for index, other in enumerate(buffers)
        if other is not buffer and other.bytes and buffer.bytes and buffer.lives_with(other)
    ]


def _joined(overlaps: Iterable[Overlap]) -> dict[tuple[str, str], Overlap]:
    """Overlaps by output and input; of a pair with several all must hold."""
    found: dict[tuple[str, str], Overlap] = {}
    for overlap in overlaps:
        pair = overlap.output, overlap.input
        known = found.get(pair, overlap)
        distance = max(known.distance, overlap.distance)
        found[pair] = Overlap(*pair, distance, math.lcm(known.multiple, overlap.multiple))
    return found


def _seen(buffer: Buffer, other: Buffer, index: int, allowed: Mapping[tuple[str, str], Overlap]) -> Neighbor:
    """The neighbor `other` of `buffer`."""
    before = allowed.get((buffer.name, other.name), Overlap(buffer.name, other.name, buffer.bytes))
    behind = allowed.get((other.name, buffer.name), Overlap(other.name, buffer.name, other.bytes))
    return Neighbor(
        index,
        other.bytes,
        min(before.distance, buffer.bytes),
        math.lcm(before.multiple, buffer.alignment),
        min(behind.distance, other.bytes),
        math.lcm(behind.multiple, buffer.alignment),
    )
