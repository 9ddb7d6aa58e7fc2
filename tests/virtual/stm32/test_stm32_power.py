"""Flags that firmware waits for in the power control of the low-power families."""

from __future__ import annotations

import pytest

from hilbench.virtual.peripherals.bank import RegisterBank
from hilbench.virtual.peripherals.stm32l0.power import Pwr as L0Pwr
from hilbench.virtual.peripherals.stm32l0.rcc import Rcc
from hilbench.virtual.peripherals.stm32l4.power import Pwr as L4Pwr

CR, LOW_POWER_RUN = 0x00, 1 << 14


@pytest.mark.parametrize(("power", "status", "in_use"), [(L0Pwr(), 0x04, 1 << 5), (L4Pwr(), 0x14, 1 << 9)])
def test_the_low_power_regulator_tells_when_it_is_in_use(
    power: RegisterBank, status: int, in_use: int
) -> None:
    before = power.read(CR, 4)
    for control, told in ((before, 0), (before | LOW_POWER_RUN, in_use), (before, 0)):
        power.write(CR, 4, control)
        assert power.read(status, 4) & in_use == told


def test_the_l0_s_reference_is_ready() -> None:
    assert L0Pwr().read(0x04, 4) & 1 << 3


def test_the_l0_tells_that_its_oscillator_is_divided() -> None:
    clocks = Rcc()
    for control, divided in ((1, 0), (1 | 1 << 3, 1), (1, 0)):
        clocks.write(0x00, 4, control)
        assert clocks.read(0x00, 4) >> 4 & 1 == divided
