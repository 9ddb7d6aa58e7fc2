"""Whether a program that does not end waits for a register, and which."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass

from hilbench.virtual.machine import Machine, State
from hilbench.virtual.programs.symbols import FunctionNames

_READS = 64
"""Reads of one register in a row of looks from which on the program counts as polling it."""
_PATIENCE_S = 0.5
"""Wall time for which a program is observed, s; a loop makes the reads in a few milliseconds."""
_LOOK_S = 0.01


@dataclass(frozen=True)
class Poll:
    """A register that a program reads again and again.

    Attributes:
        address: of the register.
        pc: address of the instruction that reads; None where it is not known.
        function: that the instruction is in; None outside of all.
        value: what it read, if always the same; None otherwise.
        emulated: whether a peripheral answers there; without one, reads are zero.
    """

    address: int
    pc: int | None
    function: str | None
    value: int | None
    emulated: bool

    def __str__(self) -> str:
        place = "" if self.pc is None else f" at pc 0x{self.pc:08X}"
        place += f" in {self.function}" if self.function else ""
        if not self.emulated:
            reads = ", which is not emulated and reads as zero"
        else:
            reads = "" if self.value is None else f", which reads 0x{self.value:08X} each time"
        return f"it polls the register at 0x{self.address:08X}{place}{reads}"


def find_poll(machine: Machine, names: FunctionNames) -> Poll | None:
    """Find the register that a running program polls; None when it polls none. It runs on meanwhile."""
    cpu = machine.core.cpu
    reads: Counter[tuple[int, int | None]] = Counter()
    values: dict[int, set[int]] = {}

    def note(address: int, value: int) -> None:
        reads[address, cpu.position.instruction()] += 1
        values.setdefault(address, set()).add(value)

    def watch(on: bool) -> None:
        cpu.accesses.on_register_read = note if on else None

    machine.call(lambda: watch(True))
    end = time.monotonic() + _PATIENCE_S
    while machine.state is State.RUNNING and time.monotonic() < end and reads.total() < 4 * _READS:
        time.sleep(_LOOK_S)
    machine.call(lambda: watch(False))
    polled = [place for place, count in reads.items() if count >= _READS]
    if not polled:
        return None
    emulated = machine.bus.has_peripheral
    address, pc = min(polled, key=lambda place: (emulated(place[0]), -reads[place]))
    seen = values[address]
    value = next(iter(seen)) if len(seen) == 1 else None
    return Poll(address, pc, None if pc is None else names.at(pc), value, emulated(address))
