from __future__ import annotations

import re
from pathlib import Path

import pytest

from hilbench.chips import Chip
from hilbench.errors import BuildError, CacheError, ToolchainMissing
from hilbench.image import Toolchain, find_toolchain

SAFE = "int answer(void) { return 42; }\n"


def compile_text(toolchain: Toolchain, chip: Chip, folder: Path, text: str, *flags: str) -> Path:
    source, target = folder / "unit.c", folder / "unit.o"
    source.write_text(text)
    toolchain.compile(source, target, chip=chip, flags=flags, include=())
    return target


def test_it_says_its_name_and_version(toolchain: Toolchain) -> None:
    assert re.fullmatch(r"(gcc|clang) \d+\.\d+(\.\d+)?", str(toolchain))
    assert toolchain == find_toolchain(toolchain.name)


def test_an_error_is_quoted(toolchain: Toolchain, chip: Chip, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=rf"{toolchain.name}.*'?missing'?"):
        compile_text(toolchain, chip, tmp_path, "int answer(void) { return missing; }")


@pytest.mark.parametrize("text", ["#include <math.h>\n", "#include <cstdint>\n"])
def test_a_missing_c_library_is_named(toolchain: Toolchain, chip: Chip, tmp_path: Path, text: str) -> None:
    with pytest.raises(BuildError, match="newlib"):
        compile_text(toolchain, chip, tmp_path, text, "-nostdinc", f"-I{tmp_path}")


def test_a_missing_header_of_the_code_s_own_is_no_matter_of_the_library(
    toolchain: Toolchain, chip: Chip, tmp_path: Path
) -> None:
    with pytest.raises(BuildError, match=r"model\.h") as refusal:
        compile_text(toolchain, chip, tmp_path, '#include "model.h"\n')
    assert "newlib" not in str(refusal.value)


def test_a_full_disk_is_not_the_code_s_fault(toolchain: Toolchain, chip: Chip, tmp_path: Path) -> None:
    source = tmp_path / "unit.c"
    source.write_text(SAFE, encoding="utf-8")
    with pytest.raises(CacheError, match="make room"):
        toolchain.compile(source, Path("/dev/full"), chip=chip, flags=(), include=())


def test_a_flag_that_does_not_exist_is_quoted(toolchain: Toolchain, chip: Chip, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="-fno-such-thing"):
        compile_text(toolchain, chip, tmp_path, SAFE, "-fno-such-thing")


def test_a_missing_symbol_is_named(toolchain: Toolchain, chip: Chip, tmp_path: Path) -> None:
    target = compile_text(
        toolchain, chip, tmp_path, "void elsewhere(void); void start(void) { elsewhere(); }"
    )
    script = tmp_path / "unit.ld"
    script.write_text("SECTIONS { .text 0x8000000 : { *(.text*) } }")
    with pytest.raises(BuildError, match="elsewhere"):
        toolchain.link([target], script, tmp_path / "unit.elf", chip=chip, entry="start")


def test_stack_is_told(toolchain: Toolchain, chip: Chip, tmp_path: Path) -> None:
    frugal = compile_text(toolchain, chip, tmp_path, SAFE, "-O2")
    assert toolchain.stack_bytes(frugal) < 100
    greedy = compile_text(
        toolchain,
        chip,
        tmp_path,
        "void use(char *); int answer(void) { char room[5000]; use(room); return room[7]; }",
        "-O2",
    )
    assert 5000 <= toolchain.stack_bytes(greedy) < 5100


def test_float_is_the_hardware_s(toolchain: Toolchain, chip: Chip, tmp_path: Path) -> None:
    target = compile_text(toolchain, chip, tmp_path, "float scale(float a, float b) { return a * b; }", "-O2")
    assert b"__aeabi_fmul" not in target.read_bytes()


def test_gcc_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HILBENCH_GCC", "/nowhere/arm-none-eabi-gcc")
    with pytest.raises(ToolchainMissing, match=r"HILBENCH_GCC names /nowhere"):
        find_toolchain("gcc")


def test_auto_falls_back_to_clang(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("ziglang")
    monkeypatch.delenv("HILBENCH_GCC", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_toolchain("auto").name == "clang"
    with pytest.raises(ToolchainMissing, match=r"hilbench\[clang\]"):
        find_toolchain("gcc")


def test_what_is_no_compiler_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    impostor = tmp_path / "gcc"
    impostor.write_text("#!/bin/sh\necho hello\n")
    impostor.chmod(0o755)
    monkeypatch.setenv("HILBENCH_GCC", str(impostor))
    with pytest.raises(ToolchainMissing, match="is it a compiler"):
        find_toolchain("gcc")


def test_an_unknown_choice_lists_what_there_is() -> None:
    with pytest.raises(ToolchainMissing, match="auto, gcc or clang"):
        find_toolchain("tcc")
