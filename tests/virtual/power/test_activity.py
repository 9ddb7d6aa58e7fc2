"""Current of a running chip: by instructions, placement, mode, supply, and while its flash works."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest

from hilbench.chips import load_chip
from hilbench.virtual.machine import Machine
from hilbench.virtual.peripherals.stm32l4.flash_registers import KEYS, Control
from hilbench.virtual.power.energy import CurrentModel
from hilbench.virtual.power.mix import WEIGHTS, InstructionMix
from hilbench.virtual.timing import Operation
from hilbench.virtual.timing.cores import PIPELINES
from tests.virtual.power.loops import ADD, DIVIDE, MULTIPLY_ADD, NOP, looping, mean_current

L4_FLASH, L4_KEYR, L4_CR = 0x0800_8000, 0x4002_2008, 0x4002_2014
NRF_DCDCEN, NRF_CONFIG = 0x4000_0578, 0x4001_E504


def poke(machine: Machine, address: int, value: int) -> None:
    machine.write_memory(address, value.to_bytes(4, "little"))


@pytest.mark.parametrize("name", ["stm32l475", "stm32h743", "nrf9160"])
def test_multiplying_draws_more_than_doing_nothing_but_not_twice_as_much(name: str) -> None:
    drawn = []
    for instruction in (NOP, ADD, MULTIPLY_ADD):
        with closing(looping(load_chip(name), instruction)) as machine:
            drawn.append(mean_current(machine))
    nothing, adding, multiplying = drawn
    assert nothing < adding < multiplying < 2 * nothing


def test_waiting_for_a_division_draws_less_than_adding() -> None:
    with (
        closing(looping(load_chip("stm32l475"), DIVIDE)) as dividing,
        closing(looping(load_chip("stm32l475"), ADD)) as adding,
    ):
        dividing.write_register(0, 0xFFFF_FFFF)  # by 1, which takes longest
        dividing.write_register(1, 1)
        assert mean_current(dividing) < mean_current(adding)


@pytest.mark.parametrize("core", PIPELINES)
def test_every_core_weighs_a_typical_program_with_about_one(core: str) -> None:
    shares = {
        Operation.LOAD: 20,
        Operation.CONDITIONAL_BRANCH: 20,
        Operation.LOGIC: 25,
        Operation.ADD: 20,
        Operation.STORE: 5,
        Operation.SHIFT: 5,
        Operation.MULTIPLY: 5,
    }
    weighed = np.array([shares.get(operation, 0) for operation in Operation]) @ WEIGHTS
    cycles_of_coremark = {"cortex-m0+": 140, "cortex-m3": 150, "cortex-m4": 140, "cortex-m7": 95}
    weight = InstructionMix(core).weight(weighed / cycles_of_coremark.get(core, 120))
    assert weight == pytest.approx(1, abs=0.05)


def test_tightly_coupled_memory_draws_what_it_is_described_with() -> None:
    chip = load_chip("stm32h743")
    with closing(looping(chip, ADD)) as flash, closing(looping(chip, ADD, at="itcm")) as tight:
        assert mean_current(tight) > 1.1 * mean_current(flash)


def test_a_higher_core_voltage_draws_more() -> None:
    with closing(looping(load_chip("stm32h743"), ADD)) as machine:
        low = mean_current(machine)
        poke(machine, 0x5802_4818, 3 << 14)  # scale 1
        middle = mean_current(machine)
        poke(machine, 0x5800_042C, 1)  # over-drive: scale 0
        assert low < middle < mean_current(machine)
        machine.reset(halt=True)
        assert mean_current(machine) == pytest.approx(low, rel=0.02)


def test_dc_dc_draws_less_and_less_still_from_a_higher_supply() -> None:
    with closing(looping(load_chip("nrf52840"), ADD)) as machine:
        linear = mean_current(machine)
        machine.set_supply(1.8)
        assert mean_current(machine) == pytest.approx(linear, rel=0.02)
        poke(machine, NRF_DCDCEN, 1)
        low = mean_current(machine)
        machine.set_supply(3.6)
        assert mean_current(machine) == pytest.approx(low / 2, rel=0.02)
        assert low / 2 < linear


def test_programming_and_erasing_take_the_time_and_current_of_the_data_sheet() -> None:
    chip = load_chip("stm32l475")
    assert chip.currents is not None
    program, erase = chip.currents.flash.program, chip.currents.flash.erase
    with closing(looping(chip, NOP)) as machine:
        for key in KEYS:
            poke(machine, L4_KEYR, key)
        poke(machine, L4_CR, Control.PG)
        machine.write_memory(L4_FLASH, bytes(range(16)))  # two double words
        poke(machine, L4_CR, 0)
        poke(machine, L4_CR, Control.PER | 16 << 3)
        poke(machine, L4_CR, Control.PER | 16 << 3 | Control.STRT)
        assert machine.read_memory(L4_FLASH, 16) == b"\xff" * 16
        seconds, charge = machine.timeline.now, machine.timeline.charge
        clock = machine.core.clock.frequency
    waiting = CurrentModel.of(chip).at(clock, "range1", 3.3).asleep
    assert seconds == pytest.approx((2 * program.us + erase.us) * 1e-6, abs=1 / clock)
    worked = (2 * program.us * program.ma + erase.us * erase.ma) * 1e-9
    assert charge == pytest.approx(worked + seconds * waiting, rel=1e-5)


def test_firmware_that_programs_its_flash_waits_for_it() -> None:
    store = bytes.fromhex("0860")  # str r0, [r1]
    with closing(looping(load_chip("nrf52840"), store, at="ram")) as machine:
        machine.write_register(0, 0x1234_5678)
        machine.write_register(1, 0x8000)
        poke(machine, NRF_CONFIG, 1)
        mean_current(machine, cycles=1)
        assert machine.read_memory(0x8000, 4) == bytes.fromhex("78563412")
        assert machine.cycles >= 41e-6 * 64e6
        drawn = {each.current for each in machine.timeline.read()} - {0.0}
        assert max(drawn) - min(drawn) >= 3e-3
