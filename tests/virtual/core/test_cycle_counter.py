"""Counts of DWT_CYCCNT for the code between two looks at it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hilbench.virtual.fidelity import Fidelity
from tests.virtual.core.bench import Bench, bench

FLASH = 0x0800_0000
FLASH_ACR, SLOW_FLASH = 0x4002_2000, (0x603).to_bytes(4, "little")
"""Three wait states behind a cache, so that a load takes parts of a cycle more."""
CYCCNT, CTRL, SLEEP_COUNT = 0xE000_1004, 0xE000_1000, 0xE000_1010
ENABLE = (1).to_bytes(4, "little")
FIRST, SECOND = 6, 7
STORE_BETWEEN = "ldr r6, [r0]\n str r2, [r1]\n" + "nop\n" * 20 + "ldr r7, [r0]\n bkpt 0"


def between(found: Bench, code: str, *registers: int) -> int:
    """Cycles between two looks, as the program has them."""
    found.cycles(code, CYCCNT, *registers)
    return found.machine.read_register(SECOND) - found.machine.read_register(FIRST)


def test_enabling_it_again_loses_nothing() -> None:
    with bench("stm32l475") as found:
        found.machine.write_memory(CTRL, ENABLE)
        again, aside = (between(found, STORE_BETWEEN, place, 1) for place in (CTRL, SLEEP_COUNT))
    assert again == aside > 20


def test_code_that_is_overwritten_is_told_from_what_was_there() -> None:
    codes = [
        f"{'nop;' * before} ldr r6, [r0]\n {'nop;' * 20} ldr r7, [r0]\n bkpt 0" for before in range(1, 9)
    ]
    with bench("stm32l475") as found:
        found.machine.write_memory(CTRL, ENABLE)
        taken = {between(found, code) for code in reversed(codes)}
    assert len(taken) == 1
    assert taken.pop() > 20


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=2, max_size=4), st.integers(1, 20))
def test_code_takes_the_same_wherever_in_a_cycle_it_begins(before: list[int], rounds: int) -> None:
    loads = "ldr r3, [r1]\n ldr r4, [r1, #4]\n ldr r5, [r1, #8]\n"
    code = f"1: {loads} subs r2, #1\n bne 1b\n ldr r6, [r0]\n mov r2, r8\n 2: {loads} subs r2, #1\n bne 2b\n"
    code += "ldr r7, [r0]\n bkpt 0"
    with bench("stm32l475", Fidelity.CACHE) as found:
        found.machine.write_memory(FLASH_ACR, SLOW_FLASH)
        found.machine.write_memory(CTRL, ENABLE)
        found.machine.write_register(8, rounds)
        found.cycles(code, CYCCNT, FLASH, 1)
        assert len({between(found, code, FLASH, each) for each in before}) == 1


def test_all_cycles_of_code_in_tightly_coupled_memory_are_counted_as_such() -> None:
    with bench("stm32h743") as found:
        counter = found.machine.core.counter
        before = counter.tight_cycles
        taken = sum(found.cycles("nop\n udiv r2, r0, r1\n bkpt 0", dividend, 3) for dividend in (1, 10, 1000))
        assert found.machine.call(lambda: counter.tight_cycles) - before == taken
