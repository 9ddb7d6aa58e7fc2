"""A chip that runs pieces of assembly in RAM and tells their cycles."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from hilbench.chips import load_chip
from hilbench.virtual.fidelity import Fidelity
from hilbench.virtual.machine import Machine
from hilbench.virtual.parameters import with_parameters
from tests.virtual.timing.rules import machine_code


class Bench:
    """A chip that runs pieces of code in RAM with registers set.

    Attributes:
        ram: where they begin.
    """

    def __init__(self, machine: Machine, ram: int) -> None:
        self.machine = machine
        self.ram = ram

    def cycles(self, code: str, *registers: int) -> int:
        """Cycles of a piece of code from its first instruction to its BKPT."""
        block, binary = self.machine.bus.block_of(self.ram), _machine_code(code)
        if block.data[: len(binary)].tobytes() != binary:
            block.load(self.ram, binary)
        for number, value in enumerate(registers):
            self.machine.write_register(number, value)
        self.machine.write_register(15, self.ram)
        before = self.machine.cycles
        self.machine.resume()
        assert self.machine.wait_halted(30)
        return self.machine.cycles - before

    def start(self, code: str, *registers: int) -> None:
        """Make a piece of code ready to be stepped through."""
        self.machine.bus.block_of(self.ram).load(self.ram, _machine_code(code))
        for number, value in enumerate(registers):
            self.machine.write_register(number, value)
        self.machine.write_register(15, self.ram)


@contextmanager
def bench(chip: str, fidelity: Fidelity = Fidelity.BLOCK, **parameters: float) -> Iterator[Bench]:
    """A chip after reset, halted; `parameters` are figures of its pipeline."""
    named = {f"pipeline.{name}": value for name, value in parameters.items()}
    described = with_parameters(load_chip(chip), named)
    machine = Machine(described, realtime=False, caches_at_reset=True, fidelity=fidelity)
    flash = machine.chip.memories["flash"].base
    ram = next(each for each in machine.chip.memories.values() if each.kind in ("sram", "dtcm"))
    machine.bus.block_of(flash).load(flash, struct.pack("<2I", ram.base + ram.size, flash + 9))
    machine.start(halt=True)
    machine.halting.enabled = True
    try:
        yield Bench(machine, ram.base)
    finally:
        machine.close()


@cache
def _machine_code(code: str) -> bytes:
    return machine_code([code])[0]
