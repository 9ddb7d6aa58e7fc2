"""Cost of the cycle accounting in speed: one program on bare Unicorn and on the virtual board.

All run in turns within one process, so that a busy machine slows all; the ratios are of the best times. Bare
Unicorn looks at every store lest it changes code, so that the virtual board may be faster.
Goals: 0.7 of bare Unicorn at fidelity `block`, 0.25 at `cache`.

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


def run_virtual(chip: Chip, elf: Path, fidelity: Fidelity) -> tuple[float, RunReport]:
    """Seconds that the virtual chip takes from power-on to exit, and what it counted."""
    begin = time.process_time()
    report = run_elf(chip, elf, timeout=300, output=lambda _: None, fidelity=fidelity)
    return time.process_time() - begin, report


def main() -> None:
    """Print both speeds and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    chip = load_chip("stm32h743")
    with tempfile.TemporaryDirectory() as folder:
        elf = compile_kernel(Path(folder))
        program = read_program(elf)
        bare: list[float] = []
        counted: dict[Fidelity, list[float]] = {fidelity: [] for fidelity in Fidelity}
        reports: dict[Fidelity, RunReport] = {}
        for _ in range(rounds):
            bare.append(run_bare(chip, program))
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
