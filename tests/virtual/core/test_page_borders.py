"""The emulator parts blocks at the borders of its pages; the program and its cycles know nothing of them."""

from __future__ import annotations

import pytest

from tests.virtual.core.bench import bench

LOOP = """
    bl 2f
    .space {gap}
 2: {before}
 1: movs r2, #0
    ldr r1, [r5]
    adds r2, r1
    lsls r3, r2, #2
    str r3, [r5, #4]
    ldrb r1, [r5, #1]
    eors r2, r1
    adds r4, r4, r2
    subs r0, r0, #1
    bne 1b
    bkpt 0
"""
ROUNDS = 50
GAPS = (0, *range(1000, 1024, 4), 4076, 4088)
"""The loop lies within a page, or a page of 1 or 4 KiB ends somewhere in it."""


@pytest.mark.parametrize("before", ["", "adds r6, r6, r7\n eors r6, r7"], ids=["entered", "run into"])
@pytest.mark.parametrize("chip", ["stm32l031", "stm32l475", "nrf9160", "stm32h743"])
def test_a_loop_takes_the_same_on_either_side_of_a_border_and_across(chip: str, before: str) -> None:
    taken = set()
    for gap in GAPS:
        code = LOOP.format(gap=gap, before=before)
        with bench(chip) as found:
            data = found.ram + 0x1400
            found.cycles(code, ROUNDS, 0, 0, 0, 0, data)  # predictions settle
            taken.add(found.cycles(code, ROUNDS, 0, 0, 0, 0, data))
    assert max(taken) - min(taken) <= 2  # where the loop is left, not in its rounds
