"""Cycles that slow memory adds, and how loads and fetches share a port."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hilbench.chips import chip_names, load_chip
from hilbench.virtual.timing import CoreModel, Entry, core_model
from hilbench.virtual.timing.cortex_m0plus import CortexM0Plus
from hilbench.virtual.timing.cortex_m4 import CortexM4
from hilbench.virtual.timing.memory import FlashSettings, MemoryMap, MemorySettings, Region
from tests.virtual.timing.rules import CODE_BASE, assemble

STRAIGHT = "add r0, r1\n" * 8
"""16 bytes, 8 cycles."""


FLASH = Region(CODE_BASE, 0x10000, line_bytes=8)


def wait_of(code: str, flash: Region, *, taken: bool = False) -> float:
    model = CoreModel(CortexM4, MemoryMap((flash,)))
    return model.schedule(assemble([code])[0], Entry(taken)).memory_wait


def test_zero_wait_memory_adds_nothing() -> None:
    assert wait_of(STRAIGHT, FLASH, taken=True) == 0


def test_every_line_behind_the_first_waits_without_prefetch() -> None:
    assert wait_of(STRAIGHT, replace(FLASH, wait_states=2)) == 2


def test_a_taken_branch_waits_for_its_first_line_as_well() -> None:
    assert wait_of(STRAIGHT, replace(FLASH, wait_states=2), taken=True) == 4


@pytest.mark.parametrize(("wait_states", "added"), [(2, 0), (3, 0), (5, 2)])
def test_prefetch_hides_what_a_line_takes_to_execute(wait_states: int, added: int) -> None:
    assert wait_of(STRAIGHT, replace(FLASH, wait_states=wait_states, prefetch=True)) == added


def test_a_cache_divides_the_wait_by_its_misses() -> None:
    assert wait_of(STRAIGHT, replace(FLASH, wait_states=4, code_miss=0.25)) == 1


def test_a_literal_waits_as_often_as_it_misses() -> None:
    code = "ldr r0, [pc, #4]\n nop"
    assert wait_of(code, replace(FLASH, wait_states=4, data_miss=0.5)) == 2


def test_what_memory_adds_need_not_be_whole_cycles() -> None:
    flash = Region(CODE_BASE, 0x10000, wait_states=3, line_bytes=8, code_miss=0.5)
    model = CoreModel(CortexM0Plus, MemoryMap((flash,)))
    assert model.block_cost(assemble([STRAIGHT])[0], Entry.BEFORE) == 8 + 1.5


def test_a_literal_load_takes_the_port_from_the_fetch() -> None:
    code = assemble(["ldr.w r0, [pc, #8]\n eor.w r1, r2, r3\n eor.w r4, r5, r6"])[0]
    shared = MemoryMap((Region(CODE_BASE, 0x10000, shares_fetch_port=True),))
    assert CoreModel(CortexM4).block_cost(code, Entry.TAKEN) == 5
    schedule = CoreModel(CortexM4, shared).schedule(code, Entry.TAKEN)
    assert schedule.issues[1].cycle - schedule.issues[0].cycle == 2
    assert schedule.cycles >= 5


def test_the_caches_of_the_m7_keep_literals_off_the_fetch_port() -> None:
    chip = load_chip("stm32h743")
    code = assemble(["ldr.w r0, [pc, #8]\n eor.w r1, r2, r3\n eor.w r4, r5, r6\n eor.w r7, r5, r6"])[0]
    assert core_model(chip).block_cost(code, Entry.TAKEN) == 2


@pytest.mark.parametrize("name", chip_names())
def test_every_chip_that_can_be_emulated_says_how_its_flash_answers_and_why(name: str) -> None:
    chip = load_chip(name)
    assert chip.timing["flash"].source
    flash = next(memory for memory in chip.memories.values() if memory.kind == "flash")
    assert core_model(chip).memory.region(flash.base).wait_states > 0


def test_timing_of_a_chip_can_be_replaced_from_outside() -> None:
    chip = load_chip("stm32l475")
    slower = chip.timing["flash"].model_copy(update={"code_miss": 1.0})
    changed = chip.model_copy(update={"timing": {"flash": slower}})
    block = assemble([STRAIGHT])[0]
    costs = [core_model(each).block_cost(block, Entry.TAKEN) for each in (chip, changed)]
    assert costs[0] < costs[1]


def test_a_cache_that_is_off_makes_every_fetch_go_all_the_way() -> None:
    chip = load_chip("stm32h743")
    block = assemble(["ldr r0, [pc, #8]\n" + STRAIGHT])[0]
    on = core_model(chip).schedule(block, Entry.TAKEN)
    off = core_model(chip, MemorySettings(instruction_cache=False, data_cache=False)).schedule(
        block, Entry.TAKEN
    )
    assert on.memory_wait == 0
    assert off.memory_wait == 3 * 22  # fetches, each 4 wait states of 2 cycles and 14


def test_the_wait_states_that_firmware_sets_count() -> None:
    chip = load_chip("stm32l031")
    block = assemble([STRAIGHT])[0]
    settings = (MemorySettings(FlashSettings(states, prefetch=False)) for states in (0, 1))
    costs = [core_model(chip, each).block_cost(block, Entry.BEFORE) for each in settings]
    assert costs == [8, 8 + 3]
