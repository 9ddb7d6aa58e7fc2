"""Endless loops in machine code, and the mean current that a chip draws in them."""

from __future__ import annotations

import struct
import time

from hilbench.chips import Chip
from hilbench.virtual.machine import Machine

NOP = b"\x00\xbf"
ADD = b"\x00\x18"  # adds r0, r0, r0
MULTIPLY_ADD = bytes.fromhex("21fb0200")  # smlad r0, r1, r2, r0
DIVIDE = bytes.fromhex("b0fbf1f0")  # udiv r0, r0, r1
SLEEP = b"\x30\xbf"  # wfi
_LONGEST_WAIT_S = 30


def looping(chip: Chip, instruction: bytes, *, at: str = "flash") -> Machine:
    """A machine, halted before a loop of 64 times `instruction` in the memory called `at`.

    It is to be closed.
    """
    machine = Machine(chip, realtime=False, caches_at_reset=True)
    flash, code = (machine.bus.block_of(chip.memories[name].base) for name in ("flash", at))
    loop = 64 * instruction
    back = struct.pack("<H", 0xE000 | (-(len(loop) + 4) // 2 & 0x7FF))
    start = code.base + 0x100
    ram = next(each for each in chip.memories.values() if each.kind in ("sram", "dtcm"))
    flash.load(flash.base, struct.pack("<2I", ram.base + ram.size, start | 1))
    code.load(start, loop + back)
    machine.start(halt=True)
    return machine


def mean_current(machine: Machine, cycles: int = 100_000) -> float:
    """Run for some cycles from a halt to another; the mean current meanwhile, A."""
    first, charge, seconds = machine.cycles, machine.timeline.charge, machine.timeline.now
    machine.resume()
    deadline = time.monotonic() + _LONGEST_WAIT_S
    while machine.cycles < first + cycles:
        assert time.monotonic() < deadline, machine.state
        time.sleep(0.001)
    machine.halt()
    return (machine.timeline.charge - charge) / (machine.timeline.now - seconds)
