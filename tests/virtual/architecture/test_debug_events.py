"""BKPT, comparators and steps on a core that nobody debugs."""

from __future__ import annotations

from pathlib import Path

import pytest

from hilbench.chips import load_chip
from hilbench.virtual.core.core_features import CORE_FEATURES
from hilbench.virtual.debug.breakpoints import BreakpointUnit
from hilbench.virtual.debug.watchpoints import WatchpointComparators
from tests.virtual.architecture.chips import EVERY, alone


@pytest.mark.parametrize("chip", EVERY)
def test_the_core_takes_the_debug_events_that_nobody_halts_for(chip: str, tmp_path: Path) -> None:
    with alone(tmp_path, "debug_events", chip, *_defines(chip)) as (machine, printed):
        features = machine.core.features
        machine.bus.attach(BreakpointUnit(machine, features.breakpoints, features.breakpoint_version))
        machine.bus.attach(WatchpointComparators(machine, features.watchpoints))
        machine.start()
        assert machine.wait_halted(30), machine.core.lockup
        assert printed.decode() == ""


def _defines(chip: str) -> list[str]:
    features = CORE_FEATURES[load_chip(chip).core]
    return [f"BASELINE={int(features.baseline)}", f"VERSION={features.breakpoint_version}"]
