"""Entry to exceptions, returns from them, and the registers that tell of them, on every core with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hilbench.chips import load_chip
from hilbench.virtual.chips import family_of
from tests.virtual.architecture.chips import ARMV8, MAINLINE, passes

CONTROL = {
    "cortex-m4": (0x31B, 0),
    "cortex-m7": (0x7_031B, 0x4_0200),
    "cortex-m33": (0x71B, 0x201),
}
"""CCR with every bit written, and with none (the cores' manuals, table of system control registers)."""


@pytest.mark.parametrize("chip", MAINLINE)
def test_a_return_that_says_what_it_may_not_is_a_usage_fault(chip: str, tmp_path: Path) -> None:
    passes(tmp_path, "returns", chip)


@pytest.mark.parametrize("chip", MAINLINE)
def test_active_pending_and_enabled_exceptions_read_and_write(chip: str, tmp_path: Path) -> None:
    core, family = load_chip(chip).core, family_of(load_chip(chip))
    groups = (family.interrupts - 1) // 32
    defines = {
        "PRIORITY_BITS": family.priority_bits,
        "LINES": groups,
        "LAST_LINES": (1 << family.interrupts - 32 * groups) - 1,
        "SECURE": int(chip in ARMV8),
        "CONTROL_SET": CONTROL[core][0],
        "CONTROL_CLEAR": CONTROL[core][1],
    }
    passes(tmp_path, "state", chip, *(f"{name}={value}u" for name, value in defines.items()))


@pytest.mark.parametrize("chip", MAINLINE)
def test_causes_of_faults_stay_until_their_own_bit_is_written(chip: str, tmp_path: Path) -> None:
    passes(tmp_path, "status", chip)


@pytest.mark.parametrize("chip", ARMV8)
def test_nothing_goes_below_a_stack_s_limit(chip: str, tmp_path: Path) -> None:
    passes(tmp_path, "limits", chip)
