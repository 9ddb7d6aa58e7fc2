"""Buffers that a program needs, banks of memory to hold them, and the plan that says where each lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hilbench.operators.arena import ALIGNMENT


@dataclass(frozen=True)
class Buffer:
    """Bytes that must be kept for some steps of a program: a tensor, or working memory.

    Attributes:
        name: unique in its program.
        first: step that writes it first; -1 where it is there before the first step.
        last: step that uses it last; the number of steps where it must be there in the end.
        alignment: of its first byte, a power of two.
        accesses: bytes that are read and written in one run, which say how much a fast bank is worth.
        at_edge: whether it holds what is put in or taken out, and so lies where those do.
    """

    name: str
    bytes: int
    first: int
    last: int
    alignment: int = ALIGNMENT
    accesses: int = 0
    at_edge: bool = False

    def lives_with(self, other: Buffer) -> bool:
        """Whether both are needed in one step."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class Overlap:
    """Leave for a buffer to share bytes with another that is used up while it is filled.

    Attributes:
        output: name of the buffer that begins lower.
        distance: bytes from the output's first to the input's first, at least; see
            `hilbench.operators.reuse.Reuse`.
        multiple: bytes of which the distance must be a multiple.
    """

    output: str
    input: str
    distance: int
    multiple: int = 1


@dataclass(frozen=True)
class Bank:
    """A block of RAM.

    Attributes:
        bytes: that are free there; None for as many as are needed.
        holds_edges: whether buffers at the edge may lie there.
    """

    name: str
    bytes: int | None = None
    holds_edges: bool = True


@dataclass(frozen=True)
class Placement:
    """Place of a buffer: bytes from the beginning of what is free in a bank."""

    bank: str
    offset: int


@dataclass(frozen=True)
class MemoryPlan:
    """Places of all buffers.

    Attributes:
        placements: by the buffers' names.
        bytes: taken of each bank, by its name; zero where nothing lies there.
    """

    buffers: tuple[Buffer, ...]
    placements: Mapping[str, Placement]
    bytes: Mapping[str, int]

    @property
    def peak(self) -> int:
        """Bytes taken of all banks together."""
        return sum(self.bytes.values())
