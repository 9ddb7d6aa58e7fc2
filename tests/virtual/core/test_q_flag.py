"""Sums of products and the Q flag, which the emulator computes by functions of ours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.virtual.core.bench import Bench, bench

Q = 1 << 27
PIECE = """
    msr apsr_nzcvq, r3
    {instruction}
    mrs r4, apsr
    bkpt 0
"""
WORDS = st.one_of(
    st.integers(0, 0xFFFF_FFFF), st.sampled_from([0, 1, 0x7FFF_FFFF, 0x8000_0000, 0x7FFF_7FFF, 0x8000_8000])
)


@pytest.fixture(name="found", scope="module", params=["stm32l475", "stm32h743"])
def _found(request: pytest.FixtureRequest) -> Iterator[Bench]:
    with bench(request.param) as found:
        yield found


def signed(value: int, bits: int) -> int:
    """A number of that many bits with its sign."""
    value &= (1 << bits) - 1
    return value - (value >> bits - 1 << bits)


def execute(found: Bench, instruction: str, *registers: int) -> tuple[int, bool]:
    """Value of R0 and whether Q is set behind an instruction."""
    found.cycles(PIECE.format(instruction=instruction), *registers)
    return found.machine.read_register(0), found.machine.read_register(4) & Q != 0


@given(WORDS, WORDS, WORDS, st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_product_is_added(found: Bench, first: int, second: int, total: int, was_set: bool) -> None:
    exact = signed(first, 16) * signed(second, 16) + signed(total, 32)
    expected = exact & 0xFFFF_FFFF, was_set or exact != signed(exact, 32)
    assert execute(found, "smlabb r0, r0, r1, r2", first, second, total, Q * was_set) == expected
    assert execute(found, "smlabb r0, r1, r2, r0", total, first, second, Q * was_set) == expected


@given(WORDS, WORDS, WORDS, st.booleans())
@settings(max_examples=60, deadline=None)
def test_two_products_are_added(found: Bench, first: int, second: int, total: int, was_set: bool) -> None:
    products = signed(first, 16) * signed(second, 16) + signed(first >> 16, 16) * signed(second >> 16, 16)
    assume(products != 1 << 31)  # an overflow of its own to the emulator, and none to the manual
    exact = products + signed(total, 32)
    expected = exact & 0xFFFF_FFFF, was_set or exact != signed(exact, 32)
    assert execute(found, "smlad r0, r0, r1, r2", first, second, total, Q * was_set) == expected
    assert execute(found, "smlad r0, r1, r2, r0", total, first, second, Q * was_set) == expected
