"""How many instructions a cycle each core executes of a typical program, weighed as the current model does.

What it prints is what `hilbench/virtual/power/mix.py` calls typical.

    python -m benchmarks.instruction_flow
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.core_mix import PARTS, compile_mix
from hilbench.chips import load_chip
from hilbench.virtual.machine import Machine
from hilbench.virtual.programs.elf import read_program
from hilbench.virtual.programs.runner import load
from hilbench.virtual.programs.symbols import read_function
from hilbench.virtual.timing import bare_core_model
from hilbench.virtual.timing.cores import PIPELINES

CHIP = "stm32h743"
"""Executes them all; its core is replaced."""
TIMEOUT_S = 60


def flow_of(elf: Path, core: str) -> float:
    """Instructions by weight, a cycle, from before the first part of the mix to after its last."""
    machine = Machine(load_chip(CHIP), realtime=False)
    counter = machine.core.counter
    load(machine, read_program(elf))
    machine.start(halt=True)
    counter.adopt(bare_core_model(core))
    machine.add_breakpoint(read_function(elf, "part_done").address)
    marks = []
    try:
        for _ in range(len(PARTS) + 1):
            machine.resume()
            if not machine.wait_halted(TIMEOUT_S):
                raise TimeoutError(f"the mix does not end on {core} within {TIMEOUT_S} s")
            marks.append(machine.call(lambda: (counter.weighed, counter.cycles)))
    finally:
        machine.close()
    weighed, cycles = (last - first for first, last in zip(marks[0], marks[-1], strict=True))
    return weighed / cycles


def main() -> None:
    """Print the flow on every core."""
    with tempfile.TemporaryDirectory() as folder:
        for core in PIPELINES:
            print(f"{core:12}{flow_of(compile_mix(Path(folder), core, '-O2'), core):6.2f}")


if __name__ == "__main__":
    main()
