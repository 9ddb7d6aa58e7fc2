"""CoreMark/MHz of the modelled cores, or of a chip with its own memories, from the user's copy of CoreMark.

CoreMark's sources are EEMBC's (github.com/eembc/coremark) and are not part of this project.

    python benchmarks/coremark.py --sources DIR [--flags "-O2"] [--core cortex-m4]...
    python benchmarks/coremark.py --sources DIR --chip stm32h743
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
from pathlib import Path

from hilbench.chips import Chip, load_chip
from hilbench.virtual.programs.runner import run_elf

PORT = Path(__file__).with_name("coremark")
ITERATIONS = 10
"""Iterations enough to hide the first one's cold branches; SysTick counts no more than some 40."""
CORES = {
    "cortex-m0+": "stm32l031",
    "cortex-m3": "stm32l475",
    "cortex-m4": "stm32l475",
    "cortex-m33": "nrf9160",
    "cortex-m7": "stm32h743",
}
"""Each core's name, and a chip whose memories and instruction set will do for it."""
CRCS = {"crclist": 0xE714, "crcmatrix": 0x1FD7, "crcstate": 0x8E3A}
"""CRCs that the 2 KB performance run computes on every machine."""


def flat_chip(core: str) -> Chip:
    """A chip with that core, whose memories all answer at once."""
    return load_chip(CORES[core]).model_copy(update={"core": core, "timing": {}})


def compile_coremark(sources: Path, folder: Path, chip: Chip, flags: list[str]) -> Path:
    """CoreMark as an ELF for a chip, by arm-none-eabi-gcc with newlib's semihosting."""
    flash = chip.memories["flash"].base
    ram = next(memory.base for memory in chip.memories.values() if memory.kind in ("sram", "dtcm"))
    elf = folder / f"{chip.core}.elf"
    target = [f"-mcpu={chip.core.replace('+', 'plus')}", "-mthumb", "-mfloat-abi=soft"]
    defines = [f"-DITERATIONS={ITERATIONS}", f'-DCOMPILER_FLAGS="{" ".join(flags)}"']
    layout = [f"-Wl,--section-start=.init={flash:#x}", f"-Wl,-Tdata={ram:#x}"]
    library = ["--specs=nano.specs", "--specs=rdimon.specs"]
    files = [*sorted(sources.glob("core_*.c")), PORT / "core_portme.c"]
    includes = [f"-I{PORT}", f"-I{sources}"]
    command = ["arm-none-eabi-gcc", *target, *flags, *defines, *includes, *map(str, files), *layout, *library]
    subprocess.run([*command, "-o", str(elf)], check=True)
    return elf


def cycles_per_iteration(elf: Path, chip: Chip) -> float:
    """Cycles of one iteration, its checksums verified.

    Raises:
        ValueError: it computed something else.
    """
    output = bytearray()
    run_elf(chip, elf, timeout=600, output=output.extend)
    text = output.decode(errors="replace")
    for name, expected in CRCS.items():
        found = re.search(rf"\[0\]{name}\s*: 0x([0-9a-f]+)", text)
        if found is None or int(found[1], 16) != expected:
            raise ValueError(f"{chip.name}: {name} is not 0x{expected:04x}:\n{text}")
    ticks = re.search(r"Total ticks\s*: (\d+)", text)
    assert ticks is not None
    return int(ticks[1]) / ITERATIONS


def main() -> None:
    """Print cycles an iteration and CoreMark/MHz by core."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sources", type=Path, help="a checkout of CoreMark; without one nothing runs")
    parser.add_argument("--flags", default="-O3", help="the compiler's, in one string")
    parser.add_argument("--core", action="append", choices=CORES, help="only this one; may be repeated")
    parser.add_argument("--chip", help="a chip as it leaves reset, its memories as slow as they are then")
    arguments = parser.parse_args()
    if arguments.sources is None:
        print("CoreMark is not part of this project: name a checkout of it by --sources.")
        return
    if not any(arguments.sources.glob("core_*.c")):
        parser.error(f"{arguments.sources} holds no sources of CoreMark; name a checkout of it")
    flags = arguments.flags.split()
    chips = [load_chip(arguments.chip)] if arguments.chip else map(flat_chip, arguments.core or CORES)
    print(f"{'core':12}{'cycles':>10}{'CoreMark/MHz':>14}   {arguments.flags}")
    with tempfile.TemporaryDirectory() as folder:
        for chip in chips:
            elf = compile_coremark(arguments.sources, Path(folder), chip, flags)
            cycles = cycles_per_iteration(elf, chip)
            print(f"{chip.core:12}{cycles:10.0f}{1e6 / cycles:14.3f}")


if __name__ == "__main__":
    main()
