"""Loads from unaligned addresses take longer, wherever their addresses are known."""

from __future__ import annotations

import pytest

from hilbench.virtual.fidelity import Fidelity
from hilbench.virtual.timing.cores import PIPELINES
from tests.virtual.core.bench import bench
from tests.virtual.core.test_divisions import CHIPS

ROUNDS = 100
WORDS = "1: ldr r3, [r0]\n ldr r4, [r0, #8]\n subs r1, #1\n bne 1b\n bkpt 0"
HALVES = "1: ldrh r3, [r0]\n ldrsh r4, [r0, #6]\n subs r1, #1\n bne 1b\n bkpt 0"
BYTES = "1: ldrb r3, [r0]\n ldrb r4, [r0, #1]\n subs r1, #1\n bne 1b\n bkpt 0"
MIXED = "1: ldr r3, [r0]\n ldr r4, [r0, #2]\n subs r1, #1\n bne 1b\n bkpt 0"
STORES = "1: str r3, [r0]\n strh r4, [r0, #4]\n subs r1, #1\n bne 1b\n bkpt 0"
WALK = "1: ldr r3, [r0], #1\n subs r1, #1\n bne 1b\n bkpt 0"


def more(chip: str, code: str, rounds: int = ROUNDS) -> list[float]:
    """Cycles a round that it takes more at 1, 2 and 3 bytes behind a word boundary than at none.

    Every access is looked at, so that none of the run before stands for one of this.
    """
    with bench(chip, Fidelity.CACHE) as found:
        data = found.ram + 0x1000
        found.cycles(code, data, rounds)
        taken = [found.cycles(code, data + offset, rounds) for offset in range(4)]
    return [(each - taken[0]) / rounds for each in taken[1:]]


@pytest.mark.parametrize("chip", CHIPS)
def test_loads_take_what_the_core_says(chip: str) -> None:
    halves, words = (PIPELINES[CHIPS[chip]].unaligned_loads[start : start + 4] for start in (0, 4))
    assert more(chip, WORDS) == [2 * each for each in words[1:]]
    assert more(chip, HALVES) == [halves[offset] + halves[(offset + 6) % 4] for offset in (1, 2, 3)]


def test_the_figures_of_each_core() -> None:
    assert more("stm32h743", WORDS) == [6, 6, 6]
    assert more("stm32l475", WORDS) == [4, 2, 4]
    assert more("stm32l475", HALVES) == [2, 0, 2]


@pytest.mark.parametrize("chip", CHIPS)
def test_bytes_and_stores_take_what_they_took(chip: str) -> None:
    assert more(chip, BYTES) == [0, 0, 0]
    assert more(chip, STORES) == [0, 0, 0]


def test_neighbours_that_are_not_aligned_alike_are_told_apart() -> None:
    assert more("stm32h743", MIXED) == [3, 0, 3]  # one of the two at 0 and at 2, both at 1 and 3


def test_a_walk_by_single_bytes_is_unaligned_three_times_in_four() -> None:
    with bench("stm32h743") as found:
        data = found.ram + 0x1000
        by_words = WALK.replace("#1", "#4", 1)
        found.cycles(WALK, data, ROUNDS)
        walked = found.cycles(WALK, data, 4000)
        found.cycles(by_words, data, ROUNDS)
        aligned = found.cycles(by_words, data, 4000)
    assert (walked - aligned) / 4000 == pytest.approx(3 * 3 / 4, rel=0.05)


def test_either_fidelity_charges_the_same() -> None:
    def taken(fidelity: Fidelity) -> int:
        with bench("stm32h743", fidelity) as found:
            return found.cycles(WORDS, found.ram + 0x1001, ROUNDS)

    block, cache = (taken(each) for each in Fidelity)
    assert block == cache
