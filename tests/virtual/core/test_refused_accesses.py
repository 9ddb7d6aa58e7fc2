"""A refused access ends its block at once, whatever the emulator leaves out of its translation of loads."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import closing

import pytest

from hilbench.chips import chip_names, load_chip
from hilbench.virtual.core.engine_library import LIBRARY, LIBRARY_FILE
from hilbench.virtual.core.interposition import LinkageTable
from hilbench.virtual.core.native import machine_code
from hilbench.virtual.machine import Machine
from tests.virtual.timing.rules import machine_code as assemble

NOWHERE = 0xA000_0010
"""No chip has anything there."""
LOADS = ("ldr r0, [r1]", "ldrb r0, [r1]", "ldrsh r0, [r1, r4]", "ldm r1, {r0, r5}")
STORES = ("str r2, [r1]", "strb r2, [r1]", "strh r2, [r1]", "stm r1!, {r2, r3}")
WIDE = ("ldrd r0, r5, [r1]", "ldr.w r0, [r1, #4]!", "strd r2, r3, [r1]", "ldr r0, [r1], #4")
VECTORS, HANDLER = 16, 0x40
STACKED_PC = 6


@pytest.fixture(name="machine", params=["stm32l031", "stm32l475", "nrf9160", "stm32h743"])
def _machine(request: pytest.FixtureRequest) -> Iterator[Machine]:
    """A chip whose handlers are all one BKPT, halted after reset."""
    with closing(Machine(load_chip(request.param), realtime=False)) as machine:
        flash = next(each for each in machine.chip.memories.values() if each.kind == "flash").base
        vectors = [ram(machine) + 0x1000, *[flash + HANDLER + 1] * (VECTORS - 1)]
        content = struct.pack(f"<{VECTORS}I", *vectors) + bytes.fromhex("00be")
        machine.bus.block_of(flash).load(flash, content)
        machine.start(halt=True)
        machine.halting.enabled = True
        yield machine


def ram(machine: Machine) -> int:
    """Base of a memory that code can be put into."""
    return next(each.base for each in machine.chip.memories.values() if each.kind in ("sram", "dtcm"))


@pytest.mark.parametrize("access", [*LOADS, *STORES, *WIDE])
def test_nothing_behind_a_refused_access_executes(machine: Machine, access: str) -> None:
    if access in WIDE and machine.core.features.baseline:
        pytest.skip("ARMv6-M has no such instruction")
    start = ram(machine)
    before, refused, after = (assemble([part])[0] for part in ("adds r6, #1", access, "adds r6, #16"))
    store = assemble(["str r6, [r7]"])[0]
    machine.bus.block_of(start).load(start, before + refused + after + store + bytes.fromhex("00be"))
    values = {0: 0x1234, 1: NOWHERE, 2: 7, 3: 8, 4: 0, 5: 0x5678, 6: 0, 7: start + 0x100, 15: start}
    for number, value in values.items():
        machine.write_register(number, value)
    machine.resume()
    assert machine.wait_halted(10)
    assert machine.read_register(0) == 0x1234
    assert (machine.read_register(1), machine.read_register(6)) == (NOWHERE, 1)
    assert machine.read_memory(start + 0x100, 4) == bytes(4)
    stacked = machine.read_memory(machine.read_register(13), 32)
    assert struct.unpack("<8I", stacked)[STACKED_PC] == start + len(before)


@pytest.mark.parametrize("chip", chip_names())
def test_every_address_of_a_bridge_answers_a_load(chip: str) -> None:
    """No load of a peripheral's register is refused, for nothing would end its block."""
    with closing(Machine(load_chip(chip), realtime=False)) as machine:
        for window in machine.bus.windows:
            stride = max(4, len(window) // 997 & ~3)
            for address in (*range(window.start, window.stop, stride), window.stop - 4):
                machine.bus.read_register(address, 4)


def test_the_emulator_calls_the_functions_that_were_put_in() -> None:
    function = machine_code.hook("check_unless_load")
    table = LinkageTable(LIBRARY, LIBRARY_FILE)
    assert table.replace("check_exit_request_arm", function)
    assert not table.replace("no_such_function", function)
