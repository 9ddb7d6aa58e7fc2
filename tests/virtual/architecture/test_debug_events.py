"""BKPT, comparators and steps on a core that nobody debugs."""

from __future__ import annotations

from pathlib import Path

import pytest

from hilbench.chips import load_chip
from hilbench.virtual.core.kind import CORE_KINDS
from hilbench.virtual.debug.breakpoints import BreakpointUnit
from hilbench.virtual.debug.watchpoints import WatchpointComparators
from tests.virtual.architecture.chips import EVERY, alone


@pytest.mark.parametrize("chip", EVERY)
def test_the_core_takes_the_debug_events_that_nobody_halts_for(chip: str, tmp_path: Path) -> None:
    with alone(tmp_path, "debug_events", chip, *_defines(chip)) as (machine, printed):
        kind = machine.core.kind
        machine.bus.attach(BreakpointUnit(machine, kind.breakpoints, kind.breakpoint_version))
        machine.bus.attach(WatchpointComparators(machine, kind.watchpoints))
        machine.start()
        assert machine.wait_halted(30), machine.core.lockup
        assert printed.decode() == ""


def _defines(chip: str) -> list[str]:
    kind = CORE_KINDS[load_chip(chip).core]
    return [f"BASELINE={int(kind.baseline)}", f"VERSION={kind.breakpoint_version}"]
