"""On a Cortex-M4 what a branch was, taken or not, decides when the instructions behind it are there."""

from __future__ import annotations

import pytest

from tests.virtual.core.bench import bench

ROUNDS = 1000
CBZ = "1: subs r0, #1\n movs r1, #0\n cbz r1, 2f\n nop\n nop\n 2: cmp r0, #0\n bne 1b\n bkpt 0"
BEQ = "1: subs r0, #1\n movs r1, #0\n beq 2f\n nop\n nop\n 2: cmp r0, #0\n bne 1b\n bkpt 0"
UNTAKEN = "1: nop.w\n subs.w r0, #1\n beq.w 2f\n nop.w\n nop.w\n nop.w\n b.w 1b\n 2: bkpt 0"
UNTAKEN_NARROW = "1: nop\n nop\n subs.w r0, #1\n beq.w 2f\n nop.w\n nop.w\n nop.w\n b.w 1b\n 2: bkpt 0"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(CBZ, 8, id="CBZ is evaluated as it executes"),
        pytest.param(BEQ, 7, id="BEQ as it is decoded"),
        pytest.param(UNTAKEN, 9, id="a branch not taken, among 32-bit instructions"),
        pytest.param(UNTAKEN_NARROW, 9, id="the same with 16-bit instructions before it"),
    ],
)
def test_cycles_of_a_round(code: str, expected: int) -> None:
    with bench("stm32l475") as found:
        assert (found.cycles(code, 2 * ROUNDS) - found.cycles(code, ROUNDS)) / ROUNDS == expected
