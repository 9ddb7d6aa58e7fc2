"""Memory plans: nothing is written over what is still needed, and little memory is left idle."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings

from hilbench.deploy.memory import Bank, Buffer, MemoryPlan, Overlap, Placement, plan
from hilbench.deploy.memory.demand import least_bytes
from hilbench.errors import DoesNotFit
from tests.deploy.memory.programs import Demands, assert_sound, demands

RAM = (Bank("ram"),)


@given(demands())
@settings(deadline=None, max_examples=40)
def test_buffers_share_bytes_only_where_they_may(drawn: Demands) -> None:
    buffers, overlaps = drawn
    found = plan(buffers, overlaps)
    assert_sound(found, overlaps, RAM)
    assert least_bytes(buffers, overlaps) <= found.peak <= sum(buffer.bytes + 15 for buffer in buffers)


@given(demands(most=8))
@settings(deadline=None, max_examples=30)
def test_several_banks(drawn: Demands) -> None:
    buffers, overlaps = drawn
    total = sum(-(-buffer.bytes // 16) * 16 for buffer in buffers)
    banks = (Bank("fast", 300), Bank("slow", total))
    found = plan(buffers, overlaps, banks)
    assert_sound(found, overlaps, banks)


def fewest(buffers: tuple[Buffer, ...], overlaps: tuple[Overlap, ...]) -> int:
    """The least memory of all places that there are."""
    total = sum(buffer.bytes for buffer in buffers)
    choices = [range(total - buffer.bytes + 1) for buffer in buffers]
    best = total
    for offsets in product(*choices):
        end = max(offset + buffer.bytes for offset, buffer in zip(offsets, buffers, strict=True))
        if end < best:
            places = zip(buffers, offsets, strict=True)
            placements = {buffer.name: Placement("ram", offset) for buffer, offset in places}
            try:
                assert_sound(MemoryPlan(buffers, placements, {"ram": end}), overlaps, RAM)
            except AssertionError:
                continue
            best = end
    return best


@given(demands(most=4, largest=4, alignment=1))
@settings(deadline=None, max_examples=40)
def test_tiny_programs_take_no_more_than_they_must(drawn: Demands) -> None:
    buffers, overlaps = drawn
    assert plan(buffers, overlaps).peak == fewest(buffers, overlaps)


def test_a_chain_of_outputs_moves_down_row_by_row() -> None:
    buffers = [Buffer(f"image{index}", 16384, index - 1, index) for index in range(4)]
    overlaps = [Overlap(f"image{index + 1}", f"image{index}", 512) for index in range(3)]
    assert plan(buffers, overlaps).peak == 16384 + 3 * 512
    assert plan(buffers).peak == 2 * 16384


def test_the_most_accessed_buffers_lie_in_the_first_bank() -> None:
    buffers = [Buffer("cold", 100, 0, 1, accesses=1), Buffer("hot", 100, 0, 1, accesses=900)]
    found = plan(buffers, banks=(Bank("dtcm", 112), Bank("axi", 4096)))
    assert {name: place.bank for name, place in found.placements.items()} == {"hot": "dtcm", "cold": "axi"}


def test_inputs_and_outputs_lie_where_they_may() -> None:
    buffers = [Buffer("input", 64, -1, 0, at_edge=True), Buffer("tensor", 64, 0, 1, accesses=9)]
    buffers += [Buffer("output", 64, 1, 2, accesses=99, at_edge=True), Buffer("large", 640, 0, 1)]
    found = plan(buffers, banks=(Bank("dtcm", 512, holds_edges=False), Bank("axi", 4096), Bank("sram")))
    places = {name: place.bank for name, place in found.placements.items()}
    assert places == {"input": "axi", "tensor": "dtcm", "output": "axi", "large": "axi"}


@given(demands(most=8))
@settings(deadline=None, max_examples=20)
def test_what_fits_the_first_bank_takes_no_more_of_it_for_others_that_there_are(drawn: Demands) -> None:
    buffers, overlaps = drawn
    alone = plan(buffers, overlaps, RAM)
    beside = plan(buffers, overlaps, (*RAM, Bank("slow")))
    assert beside.placements == alone.placements
    assert beside.bytes == {"ram": alone.peak, "slow": 0}


def test_a_refusal_says_what_is_missing_and_which_buffers_are_kept() -> None:
    buffers = [Buffer("small", 16, 0, 0), Buffer("input", 4096, 0, 1), Buffer("output", 8192, 1, 2)]
    with pytest.raises(DoesNotFit, match=r"by 2288 bytes.*output \(8192 bytes\), input") as refused:
        plan(buffers, banks=(Bank("sram1", 10000),))
    assert refused.value.excess == 2288
