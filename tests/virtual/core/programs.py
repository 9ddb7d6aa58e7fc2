"""Compiles the test programs beside this file, and looks into what came out."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from hilbench.chips import load_chip
from hilbench.virtual.machine import Machine
from hilbench.virtual.programs.elf import read_program
from hilbench.virtual.programs.runner import RunReport, attach_semihosting, load, run_elf

SOURCES = Path(__file__).parent / "sources"
CHIP = load_chip("stm32h743")


def compiler() -> list[str]:
    """A C compiler for the core; the test is skipped where there is none."""
    if gcc := shutil.which("arm-none-eabi-gcc"):
        return [gcc, "-mcpu=cortex-m7", "-mthumb", "-mfpu=fpv5-d16", "-mfloat-abi=hard"]
    if find_spec("ziglang"):
        clang = [sys.executable, "-m", "ziglang", "cc", "-target", "thumb-freestanding-eabihf"]
        return [*clang, "-mcpu=cortex_m7"]
    pytest.skip("no compiler: install arm-none-eabi-gcc or hilbench[clang]")


def build(folder: Path, name: str, *defines: str) -> Path:
    """The ELF of sources/`name`.c, linked with the harness."""
    elf = folder / f"{name}.elf"
    options = [
        "-O1",
        "-ffreestanding",
        "-fno-math-errno",
        "-ffp-contract=off",
        "-nostdlib",
        *(f"-D{define}" for define in defines),
    ]
    script = f"-Wl,-T,{SOURCES / 'harness.ld'}"
    sources = [SOURCES / f"{name}.c", SOURCES / "harness.c"]
    subprocess.run([*compiler(), *options, script, *sources, "-o", elf], check=True, capture_output=True)
    return elf


def symbols(elf: Path) -> dict[str, int]:
    """Addresses by name."""
    with elf.open("rb") as stream:
        table = ELFFile(stream).get_section_by_name(".symtab")
        assert isinstance(table, SymbolTableSection)
        return {symbol.name: symbol["st_value"] & ~1 for symbol in table.iter_symbols()}


@dataclass
class Finished:
    """A program that ran to its exit, and the machine it leaves behind, halted."""

    machine: Machine
    status: int | None
    names: dict[str, int]

    def word(self, name: str) -> int:
        """The 32-bit variable called `name`."""
        return int.from_bytes(self.machine.read_memory(self.names[name], 4), "little")


@contextmanager
def powered(elf: Path, *, realtime: bool = False, halt: bool = False) -> Iterator[Machine]:
    """A machine with the program loaded and started."""
    machine = Machine(CHIP, realtime=realtime, caches_at_reset=True)
    load(machine, read_program(elf))
    machine.start(halt=halt)
    try:
        yield machine
    finally:
        machine.close()


@contextmanager
def finished(elf: Path) -> Iterator[Finished]:
    """Run the program until it exits by semihosting."""
    machine = Machine(CHIP, realtime=False, caches_at_reset=True)
    program = read_program(elf)
    load(machine, program)
    host = attach_semihosting(machine, program, lambda _: None)
    machine.start()
    try:
        assert machine.wait_halted(60), f"still {machine.state}"
        yield Finished(machine, host.exit_status, symbols(elf))
    finally:
        machine.close()


def run(elf: Path, timeout: float = 60) -> tuple[RunReport, str]:
    """The report of a run and what the program printed."""
    printed = bytearray()
    report = run_elf(CHIP, elf, timeout=timeout, output=printed.extend)
    return report, printed.decode()
