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
        behind: least bytes from this one's first to the other one's first where the other one lies behind it.
        step: multiple of bytes that lie between both firsts as long as they share bytes.
    """

    index: int
    bytes: int
    before: int
    behind: int
    step: int

    def raised(self, offset: int, own_bytes: int, place: int) -> int:
        """The lowest offset of the other one from `offset` on that this one at `place` allows.

        Args:
            offset: of the other one.
            own_bytes: size of the other one.
            place: offset of this one.
        """
        if offset <= place - own_bytes or offset >= place + self.bytes:
            return offset
        if self.before < own_bytes:
            nearer = place - (place - offset) // self.step * self.step
            return min(nearer, place + self.bytes) if nearer <= place - self.before else place + self.bytes
        if self.behind < self.bytes:
            further = place - (place - max(offset, place + self.behind)) // self.step * self.step
            return min(further, place + self.bytes)
        return place + self.bytes


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
    before, behind, multiple = buffer.bytes, other.bytes, 1
    if (buffer.name, other.name) in allowed and buffer.first == other.last:
        overlap = allowed[buffer.name, other.name]
        before, multiple = min(before, overlap.distance), overlap.multiple
    elif (other.name, buffer.name) in allowed and other.first == buffer.last:
        overlap = allowed[other.name, buffer.name]
        behind, multiple = min(behind, overlap.distance), overlap.multiple
    return Neighbor(index, other.bytes, before, behind, math.lcm(multiple, buffer.alignment))
