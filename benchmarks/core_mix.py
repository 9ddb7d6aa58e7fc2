"""How the modelled cores compare on one mix of programs, beside what Arm publishes for CoreMark.

The mix is this project's own, so only ratios between cores can be compared, not scores.

    python benchmarks/core_mix.py [-O3]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import unicorn
from unicorn import arm_const, unicorn_const

from hilbench.virtual.programs.elf import read_program
from hilbench.virtual.programs.symbols import read_function
from hilbench.virtual.timing import CoreModel, Decoder, bare_core_model

SOURCE = Path(__file__).with_name("core_mix.c")
FLASH, RAM = 0x08000000, 0x20000000
PARTS = ("list", "matrix", "states", "crc")
COREMARK_PER_MHZ = {
    "cortex-m0+": 2.46,
    "cortex-m3": 3.34,
    "cortex-m4": 3.42,
    "cortex-m33": 4.02,
    "cortex-m7": 5.01,
}
"""Published by Arm, each with Arm's own compiler."""
ENGINES = {"cortex-m0+": arm_const.UC_CPU_ARM_CORTEX_M0, "cortex-m7": arm_const.UC_CPU_ARM_CORTEX_M7}


@dataclass
class Block:
    """A basic block's costs, and what the predictor remembers of the branch at its end."""

    cost: float
    cost_taken: float
    penalty: int
    indirect: bool
    end: int
    history: int


@dataclass
class Clock:
    """Counts the cycles of the blocks that it is shown, as the virtual board's native hook does."""

    model: CoreModel
    part_done: int
    cycles: float = 0
    marks: list[int] = field(default_factory=list)
    _last: Block | None = None
    _blocks: dict[int, Block] = field(default_factory=dict)

    def __call__(self, engine: unicorn.Uc, address: int, size: int, data: object) -> None:
        """Unicorn's block hook."""
        if address == self.part_done:
            self.marks.append(round(self.cycles))
            if len(self.marks) > len(PARTS):
                engine.emu_stop()
        if address not in self._blocks:
            self._blocks[address] = self._learn(bytes(engine.mem_read(address, size)), address)
        last, block = self._last, self._blocks[address]
        taken = last is None or last.end != address
        if last is not None and last.penalty:
            guessed = last.history == address if last.indirect else (last.history >= 2) == taken
            self.cycles += 0 if guessed else last.penalty
            counted = min(last.history + 1, 3) if taken else max(last.history - 1, 0)
            last.history = address if last.indirect else counted
        self.cycles += block.cost_taken if taken else block.cost
        self._last = block

    def _learn(self, code: bytes, address: int) -> Block:
        instructions = Decoder().decode(code, address)
        branch = instructions[-1]
        schedule = self.model.schedule(instructions, entered_taken=False)
        cost_taken = self.model.block_cost(instructions, entered_taken=True)
        backward = branch.target is not None and branch.target <= branch.address
        history = 2 if backward else 1
        return Block(
            schedule.cost, cost_taken, schedule.mispredict_penalty, branch.redirects, branch.end, history
        )


def compile_mix(folder: Path, core: str, level: str) -> Path:
    """The mix as an ELF for a core, by arm-none-eabi-gcc."""
    elf = folder / f"{core}.elf"
    options = [f"-mcpu={core.replace('+', 'plus')}", "-mthumb", "-mfloat-abi=soft", level, "-ffreestanding"]
    layout = ["-nostdlib", "-Wl,--entry=reset", f"-Wl,-Ttext={FLASH:#x}", f"-Wl,-Tbss={RAM:#x}"]
    subprocess.run(["arm-none-eabi-gcc", *options, *layout, SOURCE, "-lgcc", "-o", elf], check=True)
    return elf


def cycles_of(elf: Path, core: str) -> list[int]:
    """Cycles of each part."""
    engine = unicorn.Uc(unicorn_const.UC_ARCH_ARM, unicorn_const.UC_MODE_THUMB | unicorn_const.UC_MODE_MCLASS)
    engine.ctl_set_cpu_model(ENGINES.get(core, arm_const.UC_CPU_ARM_CORTEX_M4))
    engine.mem_map(FLASH, 0x10000)
    engine.mem_map(RAM, 0x10000)
    for segment in read_program(elf).segments:
        engine.mem_write(segment.address, segment.data)
    clock = Clock(bare_core_model(core), read_function(elf, "part_done").address)
    engine.hook_add(unicorn_const.UC_HOOK_BLOCK, clock)
    engine.reg_write(arm_const.UC_ARM_REG_SP, RAM + 0x10000)
    engine.emu_start(read_function(elf, "reset").address | 1, 0xFFFF_FFFE)
    return [after - before for before, after in zip(clock.marks, clock.marks[1:], strict=False)]


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
