"""One case compiled: its object file and what it weighs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile

from hilbench.chips import Chip
from hilbench.image.cache import BuildCache, digest, digest_build_code, digest_files
from hilbench.image.toolchain import Toolchain
from hilbench.operators import Layer, OperatorCase, render
from hilbench.paths import FIRMWARE_DIR, OPERATORS_DIR

COMMON_DIR = FIRMWARE_DIR / "common"
"""Headers that kernels may include."""

_PACKAGE = Path(__file__).parent.parent
_GENERATORS = ("operators", "kernels", "quantization", "tensors")
"""Packages that, with an operator's folder, determine the C of its cases."""
_OBJECT = "case.kernel.o"
"""The linker script knows kernels by the end of this name."""
_WEIGHTS = "sizes.json"


@dataclass(frozen=True)
class Kernel:
    """A compiled case (sizes in bytes)."""

    case: OperatorCase
    key: str
    """Digest of everything that the object was made from."""
    object: Path
    code_bytes: int
    weight_bytes: int
    """Read-only data: weights, bias, requantisation constants, tables of the compiler."""
    stack_bytes: int


def symbol(case: OperatorCase) -> str:
    """Name of the case's function, the same in every image."""
    return f"case_{case.digest}"


class KernelCompiler:
    """Compiles cases for one chip with one toolchain and one set of flags, through the cache."""

    def __init__(self, chip: Chip, toolchain: Toolchain, flags: tuple[str, ...], cache: BuildCache) -> None:
        self._chip = chip
        self._toolchain = toolchain
        self._flags = flags
        self._cache = cache
        self._settings = digest(
            [
                "kernel",
                digest_build_code(),
                str(toolchain),
                chip.core,
                str(chip.fpu),
                *flags,
                digest_files(COMMON_DIR.glob("*.h")),
                np.__version__,
                *(digest_files((_PACKAGE / room).rglob("*.py")) for room in _GENERATORS),
                digest_files((OPERATORS_DIR / "_common").iterdir()),
            ]
        )
        self._folders: dict[Path, str] = {}

    def compile(self, case: OperatorCase) -> Kernel:
        """The compiled case; neither rendered nor compiled when the cache has it.

        Raises:
            BuildError: its C does not compile.
        """
        key = self.key(case)
        entry = self._cache.entry(key, lambda folder: self._make(case, folder))
        sizes = json.loads((entry / _WEIGHTS).read_text(encoding="utf-8"))
        return Kernel(case=case, key=key, object=entry / _OBJECT, **sizes)

    def key(self, case: OperatorCase) -> str:
        """Digest of everything that the case's object is made from."""
        return digest([self._settings, self._folder_digest(case.operator.folder), case.digest])

    def _folder_digest(self, folder: Path) -> str:
        """Digest of the operator's folder, which with hilbench.operators determines the C of its cases."""
        if folder not in self._folders:
            self._folders[folder] = digest_files(path for path in folder.iterdir() if path.is_file())
        return self._folders[folder]

    def _make(self, case: OperatorCase, folder: Path) -> None:
        source = folder / "case.c"
        target = folder / _OBJECT
        source.write_text(render(Layer(case), symbol(case)), encoding="utf-8")
        self._toolchain.compile(
            source, target, chip=self._chip, flags=(*self._flags, *case.tuning.flags), include=(COMMON_DIR,)
        )
        code, constants = section_bytes(target)
        sizes = {
            "code_bytes": code,
            "weight_bytes": constants,
            "stack_bytes": self._toolchain.stack_bytes(target),
        }
        (folder / _WEIGHTS).write_text(json.dumps(sizes), encoding="utf-8")


def section_bytes(target: Path) -> tuple[int, int]:
    """Bytes of code and of read-only data that an object brings into an image."""
    code = constants = 0
    with target.open("rb") as stream:
        for section in ELFFile(stream).iter_sections():
            flags = section["sh_flags"]
            if not flags & SH_FLAGS.SHF_ALLOC or section.name.startswith(".ARM.ex"):
                continue
            if flags & SH_FLAGS.SHF_EXECINSTR:
                code += section["sh_size"]
            else:
                constants += section["sh_size"]
    return code, constants
