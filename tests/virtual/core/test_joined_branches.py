"""On a Cortex-M7 a predicted branch can share its cycle with the instruction it leads to."""

from __future__ import annotations

from itertools import pairwise

import pytest

from hilbench.virtual.timing import CoreModel, Entry
from hilbench.virtual.timing.cortex_m7 import CortexM7
from tests.virtual.core.bench import bench
from tests.virtual.timing.rules import assemble

ROUNDS = 1000
EVEN = "1: adds r1, #1\n subs r0, #1\n eor.w r2, r3, r4\n bne 1b\n bkpt 0"
ODD = "1: eor.w r1, r2, r3\n eor.w r4, r2, r3\n adds r5, #1\n subs r0, #1\n bne 1b\n bkpt 0"
WIDE = "1: eor.w r1, r2, r3\n eor.w r4, r2, r3\n subs.w r0, #1\n eor.w r5, r2, r3\n bne.w 1b\n bkpt 0"
DSP = "1: uxtb r1, r2\n adds r3, #1\n subs r0, #1\n eor.w r4, r2, r3\n bne 1b\n bkpt 0"
TWO_BLOCKS = "1: adds r1, #1\n adds r2, #1\n b 2f\n nop\n 2: eor.w r3, r4, r5\n subs r0, #1\n bne 1b\n bkpt 0"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(EVEN, 2, id="two pairs"),
        pytest.param(ODD, 2.5, id="five slide by half a cycle"),
        pytest.param(WIDE, 3, id="not behind 32-bit instructions alone"),
        pytest.param(DSP, 3, id="not with an instruction that the younger slot refuses"),
        pytest.param(TWO_BLOCKS, 3, id="between blocks"),
    ],
)
def test_cycles_of_a_round(code: str, expected: float) -> None:
    with bench("stm32h743") as found:
        found.cycles(code, ROUNDS)
        assert (found.cycles(code, 2 * ROUNDS) - found.cycles(code, ROUNDS)) / ROUNDS == expected


def test_a_wrong_guess_joins_nothing() -> None:
    # The last round's branch is one, so that what it cost shows only where a round more begins.
    with bench("stm32h743") as found:
        found.cycles(ODD, ROUNDS)
        rounds = [found.cycles(ODD, count) for count in range(2, 7)]
    assert [after - before for before, after in pairwise(rounds)] == [3, 2, 3, 2]


def test_the_target_issues_in_the_cycle_of_the_branch() -> None:
    loop = assemble([ODD])[0][:5]
    taken, joined = (CoreModel(CortexM7).schedule(loop, entry) for entry in (Entry.TAKEN, Entry.JOINED))
    assert (taken.cycles, taken.onward) == (3, (Entry.BEFORE, Entry.JOINED))
    assert (joined.cycles, joined.onward) == (2, (Entry.BEFORE, Entry.TAKEN))
    assert [issue.cycle for issue in joined.issues] == [-1, 0, 0, 1, 1]
