"""The compilers there are: the GNU toolchain, and the clang inside the PyPI package `ziglang`."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import ClassVar

from hilbench.chips import Chip
from hilbench.errors import ToolchainMissing
from hilbench.image.stack_usage import from_stack_sizes, from_su
from hilbench.image.toolchain import TIMEOUT_S, Toolchain

_VERSION = re.compile(r"\d+\.\d+(?:\.\d+)?")


class Gcc(Toolchain):
    """`arm-none-eabi-gcc`."""

    name = "gcc"

    def stack_bytes(self, target: Path) -> int:
        """Sum over the functions in the `.su` file that `-fstack-usage` writes."""
        return from_su(target.with_suffix(".su"))

    @property
    def library_advice(self) -> str:
        """Debian's packages of newlib."""
        return "install the packages libnewlib-arm-none-eabi and libstdc++-arm-none-eabi-newlib"

    @property
    def _compile_flags(self) -> tuple[str, ...]:
        # A loop that is memset must not be turned into a call of memset: that is how memory.c writes it.
        return ("-fstack-usage", "-fno-tree-loop-distribute-patterns")

    def _libraries(self, chip: Chip) -> tuple[str, ...]:
        return ("-lgcc",)

    def _target(self, chip: Chip) -> tuple[str, ...]:
        core = chip.core.replace("+", "plus")
        return ("-mthumb", f"-mcpu={core}", f"-mfloat-abi={'hard' if chip.fpu else 'soft'}")


class Clang(Toolchain):
    """The clang and lld that `ziglang` brings, called through `zig cc`."""

    name = "clang"

    _FPU: ClassVar[Mapping[str, str]] = {
        "cortex-m4": "vfp4d16sp",
        "cortex-m7": "fp_armv8d16",
        "cortex-m33": "fp_armv8d16sp",
    }
    """zig's plain cores have no floating-point unit, nor its Cortex-M33 the DSP extension."""

    def stack_bytes(self, target: Path) -> int:
        """Sum over the functions in the section that `-fstack-size-section` adds."""
        return from_stack_sizes(target)

    @property
    def library_advice(self) -> str:
        """The other compiler: `ziglang` has no C library for these cores."""
        return "the clang of ziglang has no C library for a Cortex-M: install gcc-arm-none-eabi with newlib"

    @property
    def _compile_flags(self) -> tuple[str, ...]:
        return ("-fstack-size-section", "-fno-unwind-tables", "-fno-sanitize=all", "-g0")

    def _libraries(self, chip: Chip) -> tuple[str, ...]:
        # zig compiles its library once a core, for long; a core with an FPU also divides and multiplies.
        return () if chip.fpu else ("-rtlib=compiler-rt",)

    @property
    def _command(self) -> tuple[str, ...]:
        return (str(self.driver), "cc")

    def _target(self, chip: Chip) -> tuple[str, ...]:
        core = chip.core.replace("+", "plus").replace("-", "_")
        if not chip.fpu:
            return ("-target", "thumb-freestanding-eabi", f"-mcpu={core}")
        dsp = "+dsp" if chip.dsp else ""
        return ("-target", "thumb-freestanding-eabihf", f"-mcpu={core}+{self._FPU[chip.core]}{dsp}")


def find_toolchain(choice: str = "auto") -> Toolchain:
    """The compiler called `gcc` or `clang`; `auto` prefers gcc.

    Raises:
        ToolchainMissing: it is not installed; the sentence says how to install it.
    """
    if choice == "auto":
        try:
            return find_toolchain("gcc")
        except ToolchainMissing:
            return find_toolchain("clang")
    if choice == "gcc":
        return _find_gcc()
    if choice == "clang":
        return _find_clang()
    raise ToolchainMissing(f"There is no toolchain '{choice}'; choose auto, gcc or clang.")


def _find_gcc() -> Gcc:
    named = os.environ.get("HILBENCH_GCC")
    found = shutil.which(named or "arm-none-eabi-gcc")
    if found is None:
        advice = (
            f"HILBENCH_GCC names {named}, which is not a program; correct or unset it."
            if named
            else "arm-none-eabi-gcc is not on PATH; install the package gcc-arm-none-eabi, set HILBENCH_GCC, "
            'or install a compiler with: pip install "hilbench[clang]".'
        )
        raise ToolchainMissing(advice)
    return Gcc(Path(found), _version(found, "-dumpfullversion"))


def _find_clang() -> Clang:
    package = importlib.util.find_spec("ziglang")
    if package is None or package.origin is None:
        raise ToolchainMissing('ziglang is not installed; run: pip install "hilbench[clang]".')
    driver = Path(package.origin).with_name("zig.exe" if os.name == "nt" else "zig")
    return Clang(driver, _version(str(driver), "cc", "--version"))


@cache
def _version(*command: str) -> str:
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=TIMEOUT_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ToolchainMissing(f"{command[0]} does not run: {error}; install it again.") from error
    found = _VERSION.search(done.stdout)
    if found is None:
        raise ToolchainMissing(f"{command[0]} does not tell its version; is it a compiler?")
    return found[0]
