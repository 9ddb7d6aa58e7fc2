"""Clock plans: every plan within the chip's limits, and exact."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hilbench.chips import load_setups
from hilbench.chips.clock_plan import ClockSource, plan_clock
from hilbench.chips.setup import SetupOptions
from hilbench.errors import ConfigError


@given(
    chip=st.sampled_from(["stm32f767", "stm32h743", "stm32l031", "stm32l475"]),
    source_mhz=st.integers(4, 48),
    core_mhz=st.integers(1, 500),
)
def test_a_plan_is_exact_and_within_all_limits(chip: str, source_mhz: int, core_mhz: int) -> None:
    options = load_setups(chip)
    assert isinstance(options, SetupOptions)
    limits = options.clock
    source, hertz = source_mhz * 1_000_000, core_mhz * 1_000_000
    try:
        plan = plan_clock(chip, limits, ClockSource.HSE_CRYSTAL, source, hertz, None)
    except ConfigError:
        return
    assert not limits.pll.only_multipliers or plan.multiplier in limits.pll.only_multipliers
    oscillator = source / plan.prescaler * plan.multiplier
    assert oscillator / plan.divider == hertz
    assert limits.pll.vco_hz[0] <= oscillator <= limits.pll.vco_hz[1]
    assert limits.pll.reference_hz[0] <= source / plan.prescaler <= limits.pll.reference_hz[1]
    volts = limits.voltages[plan.voltage]
    memory = hertz / limits.memory_divider
    assert hertz <= volts.core_hz
    assert memory <= volts.wait_states[plan.wait_states]
    assert plan.wait_states == 0 or memory > volts.wait_states[plan.wait_states - 1]
    lower = list(limits.voltages)[: list(limits.voltages).index(plan.voltage)]
    assert all(limits.voltages[name].core_hz < hertz for name in lower)
