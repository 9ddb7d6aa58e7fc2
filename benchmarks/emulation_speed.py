"""Cost of the cycle accounting in speed: one program on bare Unicorn and on the virtual board.

All run in turns, so that a busy machine slows all; the ratios are of the best times. Bare Unicorn looks at
every store, which may change code, and behind every load, which may have to stop. The virtual board does
neither and is faster. Bare Unicorn has a process of its own, for the virtual board replaces functions of the
library.
Goals: 1.5 of bare Unicorn at fidelity `block`, 1.0 at `cache`.

    python benchmarks/emulation_speed.py [--rounds N]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import unicorn
from unicorn import arm_const, unicorn_const

from hilbench.chips import Chip, load_chip
from hilbench.virtual.fidelity import Fidelity
from hilbench.virtual.programs.elf import Program, read_program
from hilbench.virtual.programs.runner import RunReport, run_elf

SOURCE = Path(__file__).with_name("emulation_speed.c")
CHIP = "stm32h743"
STACK_TOP = 0x20020000


def compile_kernel(folder: Path) -> Path:
    """The benchmark's ELF, by the clang that pip brings."""
    elf = folder / "kernel.elf"
    options = [
        "-target",
        "thumb-freestanding-eabihf",
        "-mcpu=cortex_m7",
        "-O2",
        "-nostdlib",
        "-Wl,--entry=reset",
    ]
    script = f"-Wl,-T,{SOURCE.with_suffix('.ld')}"
    subprocess.run([sys.executable, "-m", "ziglang", "cc", *options, script, SOURCE, "-o", elf], check=True)
    return elf


def run_bare(chip: Chip, program: Program) -> float:
    """Seconds that Unicorn takes with nothing but memory and an end."""
    engine = unicorn.Uc(unicorn_const.UC_ARCH_ARM, unicorn_const.UC_MODE_THUMB)
    engine.ctl_set_cpu_model(arm_const.UC_CPU_ARM_CORTEX_M7)
    for memory in chip.memories.values():
        engine.mem_map(memory.base, memory.size)
    for segment in program.segments:
        engine.mem_write(segment.address, segment.data)
    engine.hook_add(unicorn_const.UC_HOOK_INTR, lambda engine, *_: engine.emu_stop())
    engine.reg_write(arm_const.UC_ARM_REG_SP, STACK_TOP)
    entry = int.from_bytes(program.segments[0].data[4:8], "little")
    begin = time.process_time()
    engine.emu_start(entry, 0xFFFF_FFFE)
    return time.process_time() - begin


def run_bare_apart(elf: Path) -> float:
    """`run_bare` of a file in a process of its own."""
    command = [sys.executable, __file__, "--bare", str(elf)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def run_virtual(chip: Chip, elf: Path, fidelity: Fidelity) -> tuple[float, RunReport]:
    """Seconds that the virtual chip takes from power-on to exit, and what it counted."""
    begin = time.process_time()
    report = run_elf(chip, elf, timeout=300, output=lambda _: None, fidelity=fidelity)
    return time.process_time() - begin, report


def main() -> None:
    """Print both speeds and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--bare", type=Path, metavar="ELF", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    rounds: int = arguments.rounds
    chip = load_chip(CHIP)
    if arguments.bare:
        print(run_bare(chip, read_program(arguments.bare)))
        return
    with tempfile.TemporaryDirectory() as folder:
        elf = compile_kernel(Path(folder))
        bare: list[float] = []
        counted: dict[Fidelity, list[float]] = {fidelity: [] for fidelity in Fidelity}
        reports: dict[Fidelity, RunReport] = {}
        for _ in range(rounds):
            bare.append(run_bare_apart(elf))
            for fidelity, times in counted.items():
                seconds, reports[fidelity] = run_virtual(chip, elf, fidelity)
                times.append(seconds)
    millions = reports[Fidelity.BLOCK].instructions / 1e6
    print(f"{millions:.0f} M instructions, best of {rounds}")
    print(f"bare Unicorn       {millions / min(bare):7.1f} M instructions/s")
    for fidelity, times in counted.items():
        speed = f"{millions / min(times):7.1f} M instructions/s, {min(bare) / min(times):.2f} of bare"
        print(f"fidelity {fidelity:9} {speed}, {reports[fidelity].cycles / 1e6:.1f} M cycles")


if __name__ == "__main__":
    main()
