"""How many instructions a cycle each core executes of a typical program, weighed as the current model does.

What it prints is what `hilbench/virtual/power/mix.py` calls typical.

    python -m benchmarks.instruction_flow
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.core_mix import PARTS, compile_mix
from hilbench.chips import load_chip
from hilbench.virtual.core import layout
from hilbench.virtual.core.counting import Counts
from hilbench.virtual.machine import Machine
from hilbench.virtual.power.mix import flow
from hilbench.virtual.programs.elf import read_program
from hilbench.virtual.programs.runner import load
from hilbench.virtual.programs.symbols import read_function
from hilbench.virtual.timing import bare_core_model
from hilbench.virtual.timing.cores import PIPELINES

CHIP = "stm32h743"
"""Executes them all; its core is replaced."""
TIMEOUT_S = 60


def counts_of(elf: Path, core: str) -> tuple[Counts, Counts]:
    """What was executed before the first part of the mix, and after its last."""
    machine = Machine(load_chip(CHIP), realtime=False)
    load(machine, read_program(elf))
    machine.start(halt=True)
    machine.core.counter.adopt(bare_core_model(core))
    machine.add_breakpoint(read_function(elf, "part_done").address)
    marks = []
    try:
        for _ in range(len(PARTS) + 1):
            machine.resume()
            if not machine.wait_halted(TIMEOUT_S):
                raise TimeoutError(f"the mix does not end on {core} within {TIMEOUT_S} s")
            marks.append(machine.call(machine.core.counter.counts))
    finally:
        machine.close()
    return marks[0], marks[-1]


def main() -> None:
    """Print the flow on every core."""
    with tempfile.TemporaryDirectory() as folder:
        for core in PIPELINES:
            before, after = counts_of(compile_mix(Path(folder), core, "-O2"), core)
            cycles = (after.cycles - before.cycles) / layout.CYCLE_PARTS
            print(f"{core:12}{flow(after.by_class - before.by_class, cycles):6.2f}")


if __name__ == "__main__":
    main()
