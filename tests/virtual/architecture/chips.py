"""Self-checking programs for any chip: `sources/`, compiled for its core and linked for its memories."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from hilbench.chips import Chip, load_chip
from hilbench.virtual.machine import Machine
from hilbench.virtual.programs.elf import read_program
from hilbench.virtual.programs.runner import RunReport, attach_semihosting, load, run_elf

SOURCES = Path(__file__).parent / "sources"
MAINLINE = ("stm32h743", "stm32f767", "stm32l475", "nrf52840", "nrf9160")
ARMV7 = MAINLINE[:-1]
ARMV8 = MAINLINE[-1:]
EVERY = (*MAINLINE, "stm32l031")
_FLOATS = {"cortex-m0+": (), "cortex-m4": ("-mfpu=fpv4-sp-d16",), "cortex-m33": ("-mfpu=fpv5-sp-d16",)}
_MAINLINE_FLOATS = ("-mfpu=fpv5-d16",)
_OPTIONS = ("-O1", "-mthumb", "-ffreestanding", "-nostdlib", "-Wall", "-Werror")
_SCRIPT = """
ENTRY(reset)
MEMORY {{ FLASH (rx) : ORIGIN = {flash.base}, LENGTH = {flash.size}
          RAM (rw) : ORIGIN = {ram.base}, LENGTH = {ram.size} }}
stack_top = ORIGIN(RAM) + LENGTH(RAM);
SECTIONS {{
    .text : {{ KEEP(*(.vectors)) *(.text*) *(.rodata*) }} > FLASH
    .bss (NOLOAD) : {{ bss_start = .; *(.bss*) *(COMMON) . = ALIGN(4); bss_end = .; }} > RAM
    .data : {{ *(.data*) }} > RAM
    /DISCARD/ : {{ *(.ARM.*) *(.comment) }}
    ASSERT(SIZEOF(.data) == 0, "variables begin as zero here")
}}
"""


def build(folder: Path, name: str, chip: Chip, *defines: str) -> Path:
    """The ELF of sources/`name`.c; the test is skipped where there is no compiler."""
    elf = folder / f"{name}-{chip.name}.elf"
    script = folder / f"{chip.name}.ld"
    ram = next(memory for memory in chip.memories.values() if memory.base == 0x2000_0000)
    script.write_text(_SCRIPT.format(flash=chip.memories["flash"], ram=ram))
    sources = [SOURCES / f"{name}.c", SOURCES / "kit.c"]
    options = [*_OPTIONS, f"-I{SOURCES}", *(f"-D{each}" for each in defines), f"-Wl,-T,{script}"]
    command = [*_compiler(chip.core), *options, *map(str, sources), "-o", str(elf)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return elf


def outcome(folder: Path, name: str, chip: str, *defines: str, timeout: float = 60) -> tuple[RunReport, str]:
    """The report of a run, and what the program found wrong."""
    printed = bytearray()
    described = load_chip(chip)
    elf = build(folder, name, described, *defines)
    report = run_elf(described, elf, timeout=timeout, output=printed.extend)
    return report, printed.decode()


def passes(folder: Path, name: str, chip: str, *defines: str) -> None:
    """Assert that the program runs to its end and finds nothing wrong."""
    report, printed = outcome(folder, name, chip, *defines)
    assert (printed, report.exit_status, report.where) == ("", 0, "")


@contextmanager
def alone(folder: Path, name: str, chip: str, *defines: str) -> Iterator[tuple[Machine, bytearray]]:
    """A machine, not started yet, with the program and nobody who debugs it; and what it finds wrong."""
    described = load_chip(chip)
    machine = Machine(described, realtime=False)
    program = read_program(build(folder, name, described, *defines))
    load(machine, program)
    printed = bytearray()
    attach_semihosting(machine, program, printed.extend)
    try:
        yield machine, printed
    finally:
        machine.close()


def _compiler(core: str) -> list[str]:
    if gcc := shutil.which("arm-none-eabi-gcc"):
        floats = _FLOATS.get(core, _MAINLINE_FLOATS)
        hard = ["-mfloat-abi=hard"] if floats else []
        return [gcc, f"-mcpu={core.replace('0+', '0plus')}", *floats, *hard]
    if find_spec("ziglang"):
        kind = "eabi" if core == "cortex-m0+" else "eabihf"
        clang = [sys.executable, "-m", "ziglang", "cc", "-target", f"thumb-freestanding-{kind}"]
        return [*clang, f"-mcpu={core.replace('-', '_').replace('0+', '0plus')}"]
    pytest.skip("no compiler: install arm-none-eabi-gcc or hilbench[clang]")
