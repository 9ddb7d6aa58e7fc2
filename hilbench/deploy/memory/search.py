"""Search of the fastest plan that fits: a kernel for every step, and segments that are streamed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from hilbench.deploy.memory.buffers import Bank, MemoryPlan
from hilbench.deploy.memory.needs import needs_of
from hilbench.deploy.memory.pieces import Piece, Pieces
from hilbench.deploy.memory.planner import plan
from hilbench.deploy.schedule import Schedule
from hilbench.errors import DoesNotFit

_LONGEST = 16
"""Steps of a segment, at most."""
_TURN_ROWS = (8, 4, 2, 1)
"""Rows that are computed in a turn; the more of them, the fewer are moved and read again."""
_FINENESS = 0.98
"""Memory of a plan of a curve, in that of the one before, at most."""
_ATTEMPTS = 12
"""Times that a tighter limit is tried where places take more than the least that is needed."""


@dataclass(frozen=True, repr=False)
class PlannedSchedule:
    """A schedule with its memory plan.

    Attributes:
        pieces: that the schedule is made of.
    """

    schedule: Schedule
    memory: MemoryPlan
    pieces: tuple[Piece, ...]

    @cached_property
    def step_cycles(self) -> tuple[float, ...]:
        """Cycles that each step takes, as expected."""
        return tuple(cycles for piece in self.pieces for cycles in piece.step_cycles)

    @property
    def cycles(self) -> float:
        """Cycles of all steps."""
        return sum(self.step_cycles)

    @property
    def segments(self) -> tuple[Piece, ...]:
        """Pieces that are streamed."""
        return tuple(piece for piece in self.pieces if piece.rows)


def fastest_plan(pieces: Pieces, banks: Sequence[Bank]) -> PlannedSchedule:
    """The fastest schedule that is found to fit the banks.

    Raises:
        DoesNotFit: none does; the sentence says how much the smallest one is too large, and what it holds.
    """
    sizes = [bank.bytes for bank in banks if bank.bytes is not None]
    limit = sum(sizes) if len(sizes) == len(banks) else None
    refused: DoesNotFit | None = None
    for _ in range(_ATTEMPTS):
        chosen = choose(pieces, limit)
        if chosen is None:
            break
        try:
            return _planned(pieces, chosen, banks)
        except DoesNotFit as error:
            refused = error if refused is None or error.excess < refused.excess else refused
            limit = min(limit or 0, max(piece.bytes for piece in chosen)) - max(1, error.excess // 2)
    raise refused or _refusal_of_smallest(pieces, banks)


def smallest_of_whole_layers(pieces: Pieces, banks: Sequence[Bank]) -> PlannedSchedule:
    """The schedule by the kernels that need the least memory; bands of rows may need still less.

    Raises:
        DoesNotFit: it does not fit the banks.
    """
    smallest = (min(field, key=lambda piece: (piece.bytes, piece.cycles)) for field in pieces.steps)
    return _planned(pieces, tuple(smallest), banks)


def curve(pieces: Pieces) -> tuple[PlannedSchedule, ...]:
    """Plans from the fastest to the smallest: of two the second needs less memory and takes more cycles."""
    found: list[PlannedSchedule] = []
    limit: int | None = None
    while (chosen := choose(pieces, limit)) is not None:
        planned = _planned(pieces, chosen, (Bank("ram"),))
        if not found or planned.memory.peak < found[-1].memory.peak:
            found = [*(each for each in found if each.cycles < planned.cycles), planned]
        limit = int(max(piece.bytes for piece in chosen) * _FINENESS)
    return tuple(found)


def choose(pieces: Pieces, limit: int | None) -> tuple[Piece, ...] | None:
    """The pieces of a whole schedule that need at most `limit` bytes each and take the fewest cycles.

    None where there are none; with a limit of None every step has its fastest kernel.
    """
    best: list[tuple[float, tuple[Piece, ...]] | None] = [(0.0, ()), *(None for _ in range(len(pieces)))]
    for first in range(len(pieces)):
        reached = best[first]
        if reached is None:
            continue
        for piece in _from(pieces, first, limit):
            cycles, known = reached[0] + piece.cycles, best[piece.end]
            if known is None or cycles < known[0]:
                best[piece.end] = cycles, (*reached[1], piece)
    end = best[-1]
    return None if end is None else end[1]


def _from(pieces: Pieces, first: int, limit: int | None) -> Iterator[Piece]:
    """Pieces from a step on that need `limit` bytes at most; segments where a fastest kernel needs more."""
    fitting = [piece for piece in pieces.steps[first] if limit is None or piece.bytes <= limit]
    yield from fitting[:1]
    if limit is None or not pieces.is_narrow(first):
        return
    needed = False
    for end in range(first + 1, min(first + _LONGEST, len(pieces)) + 1):
        if not pieces.is_banded(end - 1):
            return
        needed = needed or pieces.steps[end - 1][0].bytes > limit
        if needed and end > first + 1 and pieces.is_narrow(end):
            yield from _segment(pieces, first, end, limit)


def _segment(pieces: Pieces, first: int, end: int, limit: int) -> Iterator[Piece]:
    """The segment of some steps with the most rows a turn of those that need at most `limit` bytes."""
    if pieces.segment(first, end, _TURN_ROWS[-1], limit):
        tried = (pieces.segment(first, end, rows, limit) for rows in _TURN_ROWS)
        yield next(piece for piece in tried if piece)


def _planned(pieces: Pieces, chosen: tuple[Piece, ...], banks: Sequence[Bank]) -> PlannedSchedule:
    schedule = pieces.scheduled(chosen)
    needs = needs_of(schedule)
    memory = plan(needs.buffers, needs.overlaps, banks)
    return PlannedSchedule(schedule, memory, chosen)


def _refusal_of_smallest(pieces: Pieces, banks: Sequence[Bank]) -> DoesNotFit:
    """Error of the smallest schedule of whole layers."""
    try:
        smallest_of_whole_layers(pieces, banks)
    except DoesNotFit as error:
        return error
    raise AssertionError("what fits was not found")
