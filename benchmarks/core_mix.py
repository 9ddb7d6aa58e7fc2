"""Comparison of the modelled cores on one mix of programs with what Arm publishes for CoreMark.

The mix is this project's own, so only ratios between cores can be compared, not scores.

    python benchmarks/core_mix.py [-O3]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from hilbench.chips import load_chip
from hilbench.virtual.machine import Machine
from hilbench.virtual.programs.elf import read_program
from hilbench.virtual.programs.runner import load
from hilbench.virtual.programs.symbols import read_function
from hilbench.virtual.timing import bare_core_model

SOURCE = Path(__file__).with_name("core_mix.c")
CHIP = "stm32h743"
"""Chip that executes the mix for all cores; its own core is replaced."""
FLASH, RAM = 0x08000000, 0x20000000
PARTS = ("list", "matrix", "states", "crc")
COREMARK_PER_MHZ = {
    "cortex-m0+": 2.46,
    "cortex-m3": 3.34,
    "cortex-m4": 3.42,
    "cortex-m33": 4.02,
    "cortex-m7": 5.01,
}
"""CoreMark/MHz that Arm publishes, each with Arm's own compiler."""
TIMEOUT_S = 60


def compile_mix(folder: Path, core: str, level: str) -> Path:
    """The mix as an ELF for a core, by arm-none-eabi-gcc."""
    elf = folder / f"{core}.elf"
    options = [f"-mcpu={core.replace('+', 'plus')}", "-mthumb", "-mfloat-abi=soft", level, "-ffreestanding"]
    layout = ["-nostdlib", "-Wl,--entry=reset", f"-Wl,-Ttext={FLASH:#x}", f"-Wl,-Tbss={RAM:#x}"]
    subprocess.run(["arm-none-eabi-gcc", *options, *layout, SOURCE, "-lgcc", "-o", elf], check=True)
    return elf


def run_mix(elf: Path, core: str) -> list[tuple[float, int]]:
    """Instructions by weight and cycles before the first part and behind each, by the bare core."""
    machine = Machine(load_chip(CHIP), realtime=False)
    counter = machine.core.counter
    load(machine, read_program(elf))
    machine.start(halt=True)
    machine.halting.enabled = True
    counter.set_model(bare_core_model(core))
    machine.add_breakpoint(read_function(elf, "part_done").address)
    marks = []
    try:
        for _ in range(len(PARTS) + 1):
            machine.resume()
            if not machine.wait_halted(TIMEOUT_S):
                raise TimeoutError(f"the mix does not end on {core} within {TIMEOUT_S} s")
            marks.append(machine.call(lambda: (counter.tally.weighed, counter.cycles)))
    finally:
        machine.close()
    return marks


def cycles_of(elf: Path, core: str) -> list[int]:
    """Cycles of each part."""
    return [after - before for (_, before), (_, after) in pairwise(run_mix(elf, core))]


def main(arguments: Sequence[str]) -> None:
    """Print cycles by core and part, and speed per MHz over the Cortex-M4's."""
    level = arguments[0] if arguments else "-O3"
    with tempfile.TemporaryDirectory() as folder:
        counts = {core: cycles_of(compile_mix(Path(folder), core, level), core) for core in COREMARK_PER_MHZ}
    print(f"{'core':12}" + "".join(f"{part:>10}" for part in PARTS) + f"{'speed':>8}{'CoreMark':>10}")
    reference = counts["cortex-m4"]
    for core, cycles in counts.items():
        ratios = [theirs / ours for theirs, ours in zip(reference, cycles, strict=True)]
        speed = len(ratios) / sum(1 / ratio for ratio in ratios)
        published = COREMARK_PER_MHZ[core] / COREMARK_PER_MHZ["cortex-m4"]
        print(f"{core:12}" + "".join(f"{count:10}" for count in cycles) + f"{speed:8.2f}{published:10.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
