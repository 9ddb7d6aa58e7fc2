"""The planner: places of buffers in banks, by placing them in many orders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hilbench.deploy.memory.buffers import Bank, Buffer, MemoryPlan, Overlap, Placement
from hilbench.deploy.memory.demand import least_bytes, refusal
from hilbench.deploy.memory.packing import Packing

_TRIES = 200
"""Orders that are tried; more have found nothing better in public networks."""

Order = tuple[int, ...]


@dataclass(frozen=True)
class _Layout:
    """Places of all buffers by one order.

    Attributes:
        places: of each buffer, index of the bank and offset.
        ends: of what is taken of each bank.
        excess: bytes by which banks are too small, all together.
        distant: bytes that are accessed in a bank that is not their first, once for each bank before it.
    """

    places: tuple[tuple[int, int], ...]
    ends: tuple[int, ...]
    excess: int
    distant: int

    @property
    def cost(self) -> tuple[int, int, int]:
        """Order of preference: least that does not fit, then fewest accesses of slow banks, then smallest."""
        return self.excess, self.distant, sum(self.ends)


def plan(
    buffers: Sequence[Buffer], overlaps: Sequence[Overlap] = (), banks: Sequence[Bank] = (Bank("ram"),)
) -> MemoryPlan:
    """The places of all buffers in as little memory as the search finds, in the first banks where they fit.

    Args:
        buffers: that are to be placed.
        overlaps: pairs of them that may share bytes.
        banks: in descending order of speed.

    Raises:
        DoesNotFit: the banks are too small; the sentence says by how much, and which buffers are the largest
            where most are needed.
    """
    packing = Packing(buffers, overlaps)
    least = least_bytes(buffers, overlaps)
    best = _search(packing, banks[:1], least) if banks[0].holds_edges else None
    if len(banks) > 1 and (best is None or best.excess):
        best = _search(packing, banks, 0)
    if best is None or best.excess:
        raise refusal(buffers, banks, best.excess if best else 0)
    placements = {
        buffer.name: Placement(banks[bank].name, offset)
        for buffer, (bank, offset) in zip(buffers, best.places, strict=True)
    }
    taken = {bank.name: 0 for bank in banks} | dict(
        zip((bank.name for bank in banks), best.ends, strict=False)
    )
    return MemoryPlan(tuple(buffers), placements, taken)


def _search(packing: Packing, banks: Sequence[Bank], least: int) -> _Layout:
    """The best layout of several orders, and of those in which what lies highest is placed earlier."""
    layouts = (layout for order in _orders(packing.buffers) for layout in _improved(packing, banks, order))
    best = next(layouts)
    for layout in layouts:
        if best.cost <= (0, 0, least):
            break
        best = min(best, layout, key=lambda each: each.cost)
    return best


def _orders(buffers: Sequence[Buffer]) -> Iterator[Order]:
    """Orders to begin with; of an output and its input the output goes first, as it lies lower."""
    indices = range(len(buffers))
    keys = (
        lambda index: (-buffers[index].bytes, -buffers[index].first),
        lambda index: (-buffers[index].first, -buffers[index].bytes),
        lambda index: (-buffers[index].accesses / max(1, buffers[index].bytes), -buffers[index].bytes),
        lambda index: (
            -buffers[index].bytes * (buffers[index].last - buffers[index].first + 1),
            -buffers[index].first,
        ),
    )
    for key in keys:
        yield tuple(sorted(indices, key=key))


def _improved(packing: Packing, banks: Sequence[Bank], order: Order) -> Iterator[_Layout]:
    """Layouts of an order, and of those in which the highest buffer of the last goes further to the front.

    Source: Joslin and Clements, "Squeaky Wheel" Optimization, JAIR 10 (1999).
    """
    seen: set[Order] = set()
    for _ in range(_TRIES // 4):
        if order in seen:
            return
        seen.add(order)
        layout = _laid_out(packing, banks, order)
        yield layout
        highest = _highest(packing.buffers, layout)
        position = order.index(highest)
        target = position // 2
        order = (*order[:target], highest, *order[target:position], *order[position + 1 :])


def _highest(buffers: Sequence[Buffer], layout: _Layout) -> int:
    """Index of the buffer that ends highest, of the last bank that holds any."""
    return max(
        range(len(buffers)),
        key=lambda index: (layout.places[index][0], layout.places[index][1] + buffers[index].bytes),
    )


def _laid_out(packing: Packing, banks: Sequence[Bank], order: Order) -> _Layout:
    """The layout of one order: each buffer in the first bank that has room for it, or in the last."""
    allowed = [
        [number for number, bank in enumerate(banks) if bank.holds_edges or not at_edge]
        for at_edge in (False, True)
    ]
    held: list[dict[int, int]] = [{} for _ in banks]
    places = [(0, 0)] * len(order)
    ends = [0] * len(banks)
    for index in order:
        buffer = packing.buffers[index]
        for bank in allowed[buffer.at_edge]:
            offset, limit = packing.lowest(index, held[bank]), banks[bank].bytes
            if limit is None or offset + buffer.bytes <= limit:
                break
        held[bank][index] = offset
        places[index] = bank, offset
        ends[bank] = max(ends[bank], offset + buffer.bytes)
    excess = sum(
        max(0, end - bank.bytes) for end, bank in zip(ends, banks, strict=True) if bank.bytes is not None
    )
    distant = sum(
        buffer.accesses * (bank - allowed[buffer.at_edge][0])
        for buffer, (bank, _) in zip(packing.buffers, places, strict=True)
    )
    return _Layout(tuple(places), tuple(ends), excess, distant)
