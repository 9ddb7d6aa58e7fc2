"""What DWT_CYCCNT tells of the code between two looks at it."""

from __future__ import annotations

from tests.virtual.core.bench import Bench, bench

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
