"""Buffers that are as far apart as they must be hold no live byte in common; nearer, they do."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hilbench.deploy.memory.liveness import Access, Usage, separation
from hilbench.operators.reuse import Reuse

STEPS = 6
BYTES = 8


@st.composite
def usages(draw: st.DrawFn, parity: int) -> Usage:
    """A buffer that is accessed in even steps, or in odd ones."""
    accesses = []
    for step in range(parity, STEPS, 2):
        if draw(st.booleans()):
            begin = draw(st.integers(0, BYTES - 1))
            end = draw(st.integers(begin + 1, BYTES))
            accesses.append(Access(step, begin, end, draw(st.booleans())))
    return Usage(BYTES, STEPS, accesses or [Access(parity, 0, 1, writes=True)])


def live_bytes(usage: Usage) -> set[tuple[int, int]]:
    """All pairs of a step and a byte that is needed in it, byte by byte."""
    found = set()
    for byte in range(BYTES):
        touching = [each for each in usage.accesses if each.begin <= byte < each.end]
        begun = None
        for access in touching:
            if access.writes or begun is None:
                begun = access.step
            found |= {(step, byte) for step in range(begun, access.step + 1)}
    return found


def extents(usage: Usage) -> dict[int, tuple[int, int]]:
    """First byte and end of what is live in each step."""
    live = live_bytes(usage)
    steps = {step for step, _ in live}
    return {
        step: (
            min(byte for each, byte in live if each == step),
            max(byte for each, byte in live if each == step) + 1,
        )
        for step in steps
    }


@given(usages(0), usages(1))
@settings(deadline=None)
def test_the_nearest_place_below_another_buffer(lower: Usage, upper: Usage) -> None:
    distance = separation(lower, upper, []).distance
    below, above = extents(lower), extents(upper)
    common = below.keys() & above.keys()
    gaps = [distance + above[step][0] - below[step][1] for step in common]
    assert all(gap >= 0 for gap in gaps)
    assert distance == -BYTES or 0 in gaps


def test_rows_of_an_output_follow_those_of_its_input() -> None:
    upper = Usage(12, 3, [Access(-1, 0, 12, writes=True)])
    lower = Usage(9, 3)
    exchanges = []
    for step in range(3):
        read = Access(step, 4 * step, 4 * step + 4, writes=False, reuse=Reuse(-1))
        write = Access(step, 3 * step, 3 * step + 3, writes=True)
        upper.accesses.append(read)
        lower.accesses.append(write)
        exchanges.append((write, read))
    lower.accesses.append(Access(3, 0, 9, writes=False))
    assert separation(lower, upper, exchanges) == Reuse(-1)
