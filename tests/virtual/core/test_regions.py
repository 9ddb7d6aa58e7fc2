"""On a Cortex-M4 loads and stores pipeline within one memory only, whatever registers address them."""

from __future__ import annotations

import pytest

from hilbench.virtual.fidelity import Fidelity
from hilbench.virtual.timing.cores import PIPELINES
from hilbench.virtual.timing.cortex_m4 import CortexM3, CortexM4
from hilbench.virtual.timing.model import CoreModel
from hilbench.virtual.timing.pipeline import Entry, Pipeline
from hilbench.virtual.timing.regions import Surroundings, with_regions
from tests.virtual.core.bench import Bench, bench
from tests.virtual.timing.rules import assemble

ROUNDS = 1000
SRAM1, SRAM2, FLASH = 0x2000_8000, 0x1000_0000, 0x0800_1000
LOOP = "1: {}\n subs r2, #1\n bne 1b\n bkpt 0"
LOADS = LOOP.format("ldr r3, [r0]\n ldr r4, [r1]")
STORE = LOOP.format("ldr r3, [r1]\n str r4, [r0]\n add r5, r4")
INDEXED = LOOP.format("and r5, r2, #3\n nop\n ldr r3, [r0, r5, lsl #2]\n ldr r4, [r1]")
COMPUTED = LOOP.format("eor r5, r2, #3\n add r6, r1, r5\n nop\n ldr r3, [r0]\n ldrb r4, [r6]")
MULTIPLE = LOOP.format("ldr r3, [r0]\n ldm r1, {r4, r5}")


def a_round(found: Bench, code: str, first: int, second: int) -> float:
    few, many = (found.cycles(code, first, second, rounds) for rounds in (ROUNDS, 2 * ROUNDS))
    return (many - few) / ROUNDS


@pytest.mark.parametrize(
    ("code", "together", "apart"),
    [
        pytest.param(LOADS, 6, 7, id="two loads"),
        pytest.param(STORE, 7, 7, id="a load and a store, behind which nothing pipelines either"),
        pytest.param(INDEXED, 8, 9, id="an index that is not known stays in its table"),
        pytest.param(COMPUTED, 9, 10, id="so does what is added to a pointer"),
        pytest.param(MULTIPLE, 8, 8, id="LDM pipelines with nothing"),
    ],
)
def test_cycles_of_a_round(code: str, together: int, apart: int) -> None:
    for second in (SRAM1 + 0x100, FLASH, SRAM2):
        with bench("stm32l475") as found:
            assert a_round(found, code, SRAM1, second) == (together if second > SRAM1 else apart)
    with bench("stm32l475") as found:
        assert code is STORE or a_round(found, code, FLASH, FLASH + 0x100) == together


def test_a_pointer_that_the_block_loads_is_followed() -> None:
    code = LOOP.format("ldr r5, [r0]\n nop\n nop\n nop\n ldr r3, [r5]\n ldr r4, [r1]")
    with bench("stm32l475") as found:
        found.machine.write_memory(SRAM1, FLASH.to_bytes(4, "little"))
        found.machine.write_memory(SRAM1 + 4, (SRAM1 + 0x200).to_bytes(4, "little"))
        to_flash = a_round(found, code, SRAM1, SRAM1 + 0x100)
    with bench("stm32l475") as found:
        found.machine.write_memory(SRAM1, (SRAM1 + 0x200).to_bytes(4, "little"))
        assert a_round(found, code, SRAM1, SRAM1 + 0x100) == to_flash - 1


@pytest.mark.parametrize("fidelity", Fidelity)
def test_code_that_goes_to_other_memories_later_is_costed_anew(fidelity: Fidelity) -> None:
    with bench("stm32l475", fidelity) as found:
        rounds = [a_round(found, LOADS, SRAM1, second) for second in (SRAM1 + 0x100, FLASH, SRAM1 + 0x100)]
    assert rounds == pytest.approx([6, 7, 6], abs=0.02)  # what shows it is costed as before


def test_code_that_goes_to_and_fro_keeps_a_schedule_in_the_end() -> None:
    with bench("stm32l475", Fidelity.CACHE) as found:
        for _ in range(20):
            for second in (SRAM1 + 0x100, FLASH):
                found.cycles(LOADS, SRAM1, second, 4)
        rounds = {a_round(found, LOADS, SRAM1, second) for second in (SRAM1 + 0x100, FLASH)}
    assert len(rounds) == 1


@pytest.mark.parametrize("core", PIPELINES.values(), ids=PIPELINES)
def test_no_other_core_asks(core: type[Pipeline]) -> None:
    assert CoreModel(core).by_region is issubclass(core, CortexM4)


def test_a_cortex_m3_is_like_that_too() -> None:
    block = assemble(["ldr r3, [r0]\n ldr r4, [r1]"])[0]
    cycles = []
    for second in (SRAM1, FLASH):
        registers = {0: SRAM1, 1: second}
        around = Surroundings(registers.__getitem__, lambda address: address & 0xFFFF_0000, lambda *_: b"")
        cycles.append(CoreModel(CortexM3).block_cost(with_regions(block, around), Entry.BEFORE))
    assert cycles == [3, 4]
