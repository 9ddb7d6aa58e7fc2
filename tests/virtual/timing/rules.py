"""Micro-benchmarks in assembly: a rule of a pipeline, the code that shows it, and its cycles."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from hilbench.virtual.timing.decode import Decoder
from hilbench.virtual.timing.instruction import Instruction

CODE_BASE = 0x08000000


@dataclass(frozen=True)
class Rule:
    """One rule; `code` is one basic block that starts on an 8-byte boundary.

    Attributes:
        cycles: from the entry to where the next block may begin.
        taken: a taken branch leads to the block; one that branches back to itself is then a loop.
    """

    name: str
    code: str
    cycles: int
    taken: bool = False


def parametrize(rules: Sequence[Rule]) -> pytest.MarkDecorator:
    """A test for each rule, called by its name, with the instructions assembled."""
    blocks = assemble([rule.code for rule in rules])
    cases = [pytest.param(rule, block, id=rule.name) for rule, block in zip(rules, blocks, strict=True)]
    return pytest.mark.parametrize(("rule", "block"), cases)


def assemble(codes: Sequence[str]) -> list[tuple[Instruction, ...]]:
    """Assemble pieces of code, each for itself; skips the module where there is no assembler."""
    return [Decoder().decode(code, CODE_BASE) for code in machine_code(codes)]


def machine_code(codes: Sequence[str]) -> list[bytes]:
    """Machine code of each piece of assembly, as bytes."""
    sections = "".join(
        f'.section .text.r{number},"ax",%progbits\n.balign 8\n{code}\nend_{number}:\n'
        for number, code in enumerate(codes)
    )
    with tempfile.TemporaryDirectory() as folder:
        elf = ELFFile(io.BytesIO(assemble_file(sections, Path(folder)).read_bytes()))
    tables = (section for section in elf.iter_sections() if isinstance(section, SymbolTableSection))
    symbols = {symbol.name: symbol["st_value"] for symbol in next(tables).iter_symbols()}
    texts = {section.name: section.data() for section in elf.iter_sections()}
    return [texts[f".text.r{number}"][: symbols[f"end_{number}"]] for number in range(len(codes))]


def assemble_file(code: str, folder: Path) -> Path:
    """Assemble `code` into an object file in `folder`."""
    written, built = folder / "code.s", folder / "code.o"
    written.write_text(f".syntax unified\n.thumb\n{code}")
    command = [*_assembler(), "-o", str(built), str(written)]
    completed = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert completed.returncode == 0, completed.stderr
    return built


def _assembler() -> list[str]:
    if shutil.which("arm-none-eabi-as"):
        return ["arm-none-eabi-as", "-mcpu=cortex-m7", "-mfpu=fpv5-d16", "-mfloat-abi=hard"]
    if find_spec("ziglang"):
        zig = [sys.executable, "-m", "ziglang", "cc", "-target", "thumb-freestanding-eabihf"]
        return [*zig, "-mcpu=cortex_m7", "-c"]
    pytest.skip("no assembler: install arm-none-eabi-gcc or hilbench[clang]", allow_module_level=True)
