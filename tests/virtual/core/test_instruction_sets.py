"""Each core executes its own instructions, and faults on those of a larger one."""

from __future__ import annotations

import struct
from contextlib import closing

import pytest

from hilbench.chips import load_chip
from hilbench.virtual.machine import Machine

STACK_TOP = 0x2000_1000
HANDLER, START = 0x40, 0x48
CODE = {
    "a division": bytes.fromhex("90fbf1f0"),  # sdiv r0, r0, r1
    "an unaligned load": bytes.fromhex("0a68"),  # ldr r2, [r1]
    "single precision": bytes.fromhex("30ee200a"),  # vadd.f32 s0, s0, s1
    "double precision": bytes.fromhex("30ee010b"),  # vadd.f64 d0, d0, d1
    "a load-acquire": bytes.fromhex("d1e8af2f"),  # lda r2, [r1]
}
MAINLINE = {"a division", "an unaligned load", "single precision"}
EXECUTES = {
    "stm32l031": set[str](),
    "stm32l475": MAINLINE,
    "nrf52840": MAINLINE,
    "nrf9160": {*MAINLINE, "a load-acquire"},
    "stm32f767": {*MAINLINE, "double precision"},
    "stm32h743": {*MAINLINE, "double precision"},
}


@pytest.mark.parametrize("what", CODE)
@pytest.mark.parametrize("name", EXECUTES)
def test_a_core_executes_what_it_has(name: str, what: str) -> None:
    chip = load_chip(name)
    flash = chip.memories["flash"].base
    vectors = struct.pack("<4I", STACK_TOP, flash + START | 1, 0, flash + HANDLER | 1)
    program = vectors.ljust(HANDLER, b"\0") + b"\x01\xbe".ljust(START - HANDLER, b"\0")
    with closing(Machine(chip, realtime=False)) as machine:
        machine.core.system.float_at_reset = True
        machine.bus.block_of(flash).load(flash, program + CODE[what] + b"\x00\xbe")
        machine.start(halt=True)
        machine.halting.enabled = True
        machine.write_register(1, STACK_TOP - 64 + 2 * (what == "an unaligned load"))
        machine.resume()
        assert machine.wait_halted(10)
        where = machine.core.registers.pc - flash
    assert where == (START + len(CODE[what]) if what in EXECUTES[name] else HANDLER)
