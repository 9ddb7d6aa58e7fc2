"""Random programs' buffers, and a check of memory plans."""

from __future__ import annotations

from itertools import combinations

from hypothesis import strategies as st

from hilbench.deploy.memory import Bank, Buffer, MemoryPlan, Overlap

Demands = tuple[tuple[Buffer, ...], tuple[Overlap, ...]]


@st.composite
def demands(draw: st.DrawFn, most: int = 20, largest: int = 500, alignment: int = 0) -> Demands:
    """Buffers, and overlaps of those that begin in the last step of others."""
    count = draw(st.integers(1, most))
    buffers = []
    for index in range(count):
        first = draw(st.integers(-1, count))
        aligned = alignment or draw(st.sampled_from([1, 4, 16]))
        last = draw(st.integers(first, min(count, first + 4)))
        size, accesses = draw(st.integers(1, largest)), draw(st.integers(0, 3))
        buffers.append(Buffer(f"b{index}", size, first, last, aligned, accesses))
    overlaps = []
    for output in buffers:
        for source in buffers:
            if source is not output and source.last == output.first and draw(st.booleans()):
                distance = draw(st.integers(-source.bytes, output.bytes))
                multiple = draw(st.sampled_from([1, 1, 3]))
                overlaps.append(Overlap(output.name, source.name, distance, multiple))
    return tuple(buffers), tuple(overlaps)


def assert_sound(plan: MemoryPlan, overlaps: tuple[Overlap, ...], banks: tuple[Bank, ...]) -> None:
    """Require that buffers share bytes only where an overlap allows it, and are within their banks."""
    sizes = {bank.name: bank.bytes for bank in banks}
    for buffer in plan.buffers:
        place = plan.placements[buffer.name]
        assert place.offset >= 0
        assert place.offset % buffer.alignment == 0
        assert place.offset + buffer.bytes <= plan.bytes[place.bank]
    for bank, size in sizes.items():
        assert size is None or plan.bytes[bank] <= size
    for one, other in combinations(plan.buffers, 2):
        places = plan.placements[one.name], plan.placements[other.name]
        if not one.lives_with(other) or places[0].bank != places[1].bank:
            continue
        begin, end = places[0].offset, places[0].offset + one.bytes
        apart = end <= places[1].offset or places[1].offset + other.bytes <= begin
        assert apart or _allowed(one, other, plan, overlaps) or _allowed(other, one, plan, overlaps)


def _allowed(output: Buffer, source: Buffer, plan: MemoryPlan, overlaps: tuple[Overlap, ...]) -> bool:
    found = [each for each in overlaps if (each.output, each.input) == (output.name, source.name)]
    distance = plan.placements[source.name].offset - plan.placements[output.name].offset
    return bool(found) and all(distance >= each.distance and distance % each.multiple == 0 for each in found)
