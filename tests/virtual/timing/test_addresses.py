"""Addresses of loads and stores, found from the registers that a block begins with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hilbench.virtual.timing.addresses import Access, Linear, Loaded, accesses
from tests.virtual.timing.rules import CODE_BASE, assemble


def of(code: str) -> tuple[Access, ...]:
    return accesses(assemble([code])[0], lambda _: 0x2400_0000)


def load(constant: int, *terms: tuple[int, int], size: int = 4, count: int = 1, width: int = 4) -> Access:
    return Access(Linear(constant, terms), size, store=False, count=count, width=width)


def store(constant: int, *terms: tuple[int, int], size: int = 4, count: int = 1) -> Access:
    return Access(Linear(constant, terms), size, store=True, count=count)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ldr r0, [r1, #8]", load(8, (1, 0))),
        ("ldrb r0, [r1, r2, lsl #2]", load(0, (1, 0), (2, 2), size=1, width=0)),
        ("str r0, [r1]", store(0, (1, 0))),
        ("push {r0-r2, lr}", store(-16, (13, 0), size=16, count=4)),
        ("ldmia r1, {r2-r5}", load(0, (1, 0), size=16, count=4, width=0)),
        ("adds r1, #4\n ldr r0, [r1]", load(4, (1, 0))),
        ("sub.w r1, r2, #4\n ldr r0, [r1]", load(-4, (2, 0))),
        ("add.w r1, r2, r3, lsl #2\n ldr r0, [r1, #4]", load(4, (2, 0), (3, 2))),
        ("add r1, r2\n ldr r0, [r1]", load(0, (1, 0), (2, 0))),
        ("lsls r1, r2, #3\n ldr r0, [r3, r1]", load(0, (3, 0), (2, 3))),
        ("mov r1, r2\n ldr r0, [r1]", load(0, (2, 0))),
        ("movw r1, #4\n movt r1, #0x2400\n ldr r0, [r1]", load(0x2400_0004)),
        ("ldr r0, [pc, #8]", load(CODE_BASE + 12, width=0)),
    ],
)
def test_an_address_is_told_from_the_entry(code: str, expected: Access) -> None:
    assert of(code) == (expected,)


def test_a_base_that_is_written_back_goes_on() -> None:
    assert of("ldr r0, [r1], #64\n ldr r0, [r1]") == (load(0, (1, 0)), load(64, (1, 0)))
    assert of("ldr r0, [r1, #64]!\n str r0, [r1]") == (load(64, (1, 0)), store(64, (1, 0)))
    assert of("ldmia r1!, {r2, r3}\n str r0, [r1, #60]") == (
        load(0, (1, 0), size=8, count=2, width=0),
        store(68, (1, 0)),
    )


def test_neighbours_are_told_as_one() -> None:
    bytes_in_any_order = of("ldrb r0, [r1]\n ldrb r2, [r1, #2]\n ldrb r3, [r1, #1]")
    assert bytes_in_any_order == (load(0, (1, 0), size=3, count=3, width=0),)
    assert of("ldr r0, [r1]\n ldr r2, [r1, #4]") == (load(0, (1, 0), size=8, count=2),)


def test_neighbours_that_are_aligned_otherwise_are_told_apart() -> None:
    assert of("ldr r0, [r1]\n ldr r2, [r1, #2]") == (load(0, (1, 0)), load(2, (1, 0)))
    halves = of("ldrh r0, [r1]\n ldrh r2, [r1, #2]")
    assert halves == (load(0, (1, 0), size=4, count=2, width=2),)


def test_a_pointer_from_the_literal_pool_is_followed() -> None:
    assert load(0x2400_0008) in of("ldr r0, [pc, #8]\n ldr r1, [r0, #8]")


def test_what_the_block_loads_may_lead_on() -> None:
    first = replace(load(0, (1, 0)), loaded=Loaded(17, 4, signed=False))
    assert of("ldr r0, [r1]\n ldr r2, [r0, #4]") == (first, load(4, (17, 0)))
    first = replace(load(0, (1, 0), size=1, width=0), loaded=Loaded(17, 1, signed=True))
    assert of("ldrsb r0, [r1], #1\n ldr r2, [r3, r0, lsl #2]") == (first, load(0, (3, 0), (17, 2)))


@pytest.mark.parametrize(
    "code",
    [
        "ldr r0, [r1]\n ands r4, r5\n ldr r2, [r4]",
        "ldr r0, [r1]\n subs r4, r5, r6\n ldr r2, [r4]",
        "ldr r0, [r1]\n it eq\n moveq r4, #0\n ldr r2, [r4]",
    ],
)
def test_what_depends_on_more_than_sums_is_left_out(code: str) -> None:
    assert of(code) == (load(0, (1, 0)),)
