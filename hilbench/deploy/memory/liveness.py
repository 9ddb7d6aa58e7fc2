"""Liveness of a buffer's bytes in each step of a program, and how far apart two buffers must lie for it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hilbench.operators.reuse import Reuse

Bytes = NDArray[np.int64]
_NOTHING = np.iinfo(np.int64).max // 4
"""Beginning of nothing; its negative is the end."""


@dataclass(frozen=True)
class Access:
    """Bytes of a buffer that a step reads or writes.

    Attributes:
        step: -1 before the first step, and their number behind the last.
        reuse: where the step's output may lie over what it reads; None for nowhere, and for what it writes.
    """

    step: int
    begin: int
    end: int
    writes: bool
    reuse: Reuse | None = None


@dataclass(frozen=True)
class Extents:
    """First byte and end of what is live of a buffer, for each step from the one before the first on."""

    begins: Bytes
    ends: Bytes

    @classmethod
    def none(cls, steps: int) -> Extents:
        """Nothing in any step."""
        return cls(np.full(steps + 2, _NOTHING), np.full(steps + 2, -_NOTHING))

    def add(self, first: int, end: int, begin_byte: int, end_byte: int) -> None:
        """Add bytes that are live from step `first` to the one before `end`."""
        chosen = slice(first + 1, end + 1)
        np.minimum(self.begins[chosen], begin_byte, out=self.begins[chosen])
        np.maximum(self.ends[chosen], end_byte, out=self.ends[chosen])


@dataclass(frozen=True, eq=False)
class Usage:
    """All accesses of a buffer, in the order of the steps.

    Attributes:
        bytes: size of the buffer.
        steps: of the program.
    """

    bytes: int
    steps: int
    accesses: list[Access] = field(default_factory=list)

    @cached_property
    def during(self) -> Extents:
        """Bytes that are needed in each step: read or written by it, or written before and read later."""
        extents = Extents.none(self.steps)
        for begin, end, first, last in self._lives:
            extents.add(first, last + 1, begin, end)
        return extents

    @cached_property
    def held(self) -> Extents:
        """Bytes that were written before each step and are needed in it or later."""
        extents = Extents.none(self.steps)
        for begin, end, first, last in self._lives:
            extents.add(first + 1, last + 1, begin, end)
        return extents

    @cached_property
    def remaining(self) -> Extents:
        """Bytes that are read behind each step."""
        extents = Extents.none(self.steps)
        for begin, end, first, last in self._lives:
            extents.add(first, last, begin, end)
        return extents

    @cached_property
    def live(self) -> Bytes:
        """Bytes from the first to the last that is needed in each step."""
        live: Bytes = np.maximum(self.during.ends - self.during.begins, 0)
        return live

    @cached_property
    def _lives(self) -> list[tuple[int, int, int, int]]:
        """Runs of bytes, with the step that writes them and the last that reads what it wrote."""
        bounds = sorted({bound for access in self.accesses for bound in (access.begin, access.end)})
        lives: list[tuple[int, int, int, int]] = []
        for begin, end in pairwise(bounds):
            first: int | None = None
            last: int | None = None
            for access in self.accesses:
                if access.begin > begin or access.end < end:
                    continue
                if access.writes:
                    if first is not None and last is not None:
                        lives.append((begin, end, first, last))
                    first = last = access.step
                else:
                    first, last = (access.step if first is None else first), access.step
            if first is not None and last is not None:
                lives.append((begin, end, first, last))
        return lives


def separation(lower: Usage, upper: Usage, exchanges: Sequence[tuple[Access, Access]]) -> Reuse:
    """Condition under which `lower` may begin so many bytes before `upper`, so that neither harms the other.

    Args:
        lower: the buffer that lies lower.
        upper: the other one.
        exchanges: of steps that write `lower` and read `upper`, what is written and what is read.
    """
    distances = lower.during.ends - upper.during.begins
    multiple = 1
    for step in {write.step for write, _ in exchanges}:
        distances[step + 1] = lower.held.ends[step + 1] - upper.during.begins[step + 1]
    for write, read in exchanges:
        reuse = _reuse(write, read)
        later = write.end - upper.remaining.begins[write.step + 1]
        distances[write.step + 1] = max(distances[write.step + 1], later, reuse.distance)
        multiple = math.lcm(multiple, reuse.multiple)
    return Reuse(max(int(distances.max()), -upper.bytes), multiple)


def _reuse(write: Access, read: Access) -> Reuse:
    """Reuse of the buffers, by that of what a step accesses in them."""
    further = write.begin - read.begin
    if read.reuse is None or further % read.reuse.multiple:
        return Reuse(write.end - read.begin)
    return Reuse(read.reuse.distance + further, read.reuse.multiple)
