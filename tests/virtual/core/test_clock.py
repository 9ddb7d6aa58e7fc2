"""Time of the core clock, whole periods of it, whatever was slept before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.chips import load_chip
from hilbench.virtual.clock import Clock
from hilbench.virtual.core.core import Core
from hilbench.virtual.machine import Machine
from hilbench.virtual.system.systick import SysTick

FREQUENCY = 32_000_000
CSR, RVR, CVR = 0x0, 0x4, 0x8
ENABLE, CORE_CLOCK = 1, 4
LAP = 1 << 24


@pytest.fixture(scope="module")
def core() -> Core:
    """The core of a machine that was never started."""
    return Machine(load_chip("stm32l031")).core


@given(st.floats(0, 1), st.integers(0, 1000), st.integers(0, LAP - 1001), st.integers(25, 45), st.data())
def test_systick_counts_cycles_whatever_was_slept(
    core: Core, part: float, before: int, taken: int, bits: int, data: st.DataObject
) -> None:
    clock = Clock(core.counter, FREQUENCY)
    systick = SysTick(clock, lambda: clock.ticks, core.nvic)
    # Floating-point numbers become coarser at each power of two, so that one is passed meanwhile.
    clock.sleep(max(0, (1 << bits) - clock.ticks - data.draw(st.integers(0, before + taken))) + part)
    systick.store(RVR, LAP - 1)
    systick.store(CSR, ENABLE | CORE_CLOCK)
    systick.store(CVR, 0)
    core.counter.add(before + 1)
    begun = systick.load(CVR)
    core.counter.add(taken)
    assert begun - systick.load(CVR) == taken


@given(st.lists(st.floats(0, 0.9), min_size=1, max_size=50))
def test_parts_of_a_period_add_up(core: Core, parts: list[float]) -> None:
    clock = Clock(core.counter, FREQUENCY)
    before = clock.ticks
    for part in parts:
        clock.sleep(part)
    assert clock.ticks - before == pytest.approx(sum(parts), abs=1)


@given(st.floats(0, 1e10), st.floats(0, 1e3))
def test_a_time_is_reached_at_a_whole_period(core: Core, slept: float, ahead: float) -> None:
    clock = Clock(core.counter, FREQUENCY)
    clock.sleep(slept)
    due = clock.seconds + ahead
    clock.sleep(clock.ticks_at(due) - clock.ticks)
    assert -1e-9 <= clock.seconds - due <= 1 / FREQUENCY + 1e-9
