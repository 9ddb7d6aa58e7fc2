"""Branch history of a Cortex-M7, and what makes the core forget it."""

from __future__ import annotations

from tests.virtual.core.bench import bench

_BPIALL = 0xE000EF78
FORGETTING = (
    "str r3, [r4]\n dsb\n 1: ands r2, r0, #1\n beq 2f\n adds r1, #1\n 2: subs r0, #1\n bne 1b\n bkpt 0"
)


def test_a_run_after_bpiall_costs_what_the_first_one_did() -> None:
    with bench("stm32h743") as found:
        first = found.cycles(FORGETTING, 4, 0, 0, 0, _BPIALL)
        assert found.cycles(FORGETTING, 4, 0, 0, 0, _BPIALL) == first
        known = found.cycles(FORGETTING, 4, 0, 0, 0, found.ram + 0x400)
        assert known < first


def test_a_reset_forgets_what_branches_did() -> None:
    with bench("stm32h743") as found:
        arguments = (FORGETTING, 4, 0, 0, 0, found.ram + 0x400)
        first = found.cycles(*arguments)
        assert found.cycles(*arguments) < first
        found.machine.reset(halt=True)
        assert found.cycles(*arguments) == first
