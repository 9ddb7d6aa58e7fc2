"""One workload compiled: its object files and what they weigh."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from hilbench.chips import Chip
from hilbench.digests import digest, digest_files
from hilbench.errors import BuildError, RefusedSource
from hilbench.image.cache import BuildCache, digest_build_code
from hilbench.image.section_sizes import section_sizes
from hilbench.image.toolchain import Toolchain
from hilbench.operators import Source, Workload
from hilbench.operators.workload import ConstantMemory
from hilbench.paths import FIRMWARE_DIR, OPERATORS_DIR

COMMON_DIR = FIRMWARE_DIR / "common"
"""Headers that generated C may include."""
OBJECT_SUFFIX = ".kernel.o"
"""The linker script knows the objects of workloads by this end of their names."""

_PACKAGE = Path(__file__).parent.parent
_GENERATORS = ("operators", "kernels", "quantization", "tensors")
"""Packages that, with a workload's own sources, determine its C."""
_SIZES = "sizes.json"


@dataclass(frozen=True)
class CompiledWorkload:
    """A compiled workload (sizes in bytes)."""

    workload: Workload
    key: str
    """Digest of everything that the objects were made from."""
    objects: tuple[Path, ...]
    """All in one folder, which is called as nothing else is."""
    code_bytes: int
    constant_bytes: int
    """Read-only data: weights, bias, requantization constants, tables of the compiler."""
    stack_bytes: int
    variable_bytes: int = 0
    """RAM for variables of its own and for copied constants, in addition to the arena."""
    copied: Mapping[str, str] = field(default_factory=dict)
    """Memory to which start-up copies the constants, by object name; the others' are read from flash."""
    has_unused: bool = False
    """Whether the linker may leave functions and data of its objects out, which the sizes still count."""
    libraries: tuple[str, ...] = ()


def symbol(workload: Workload) -> str:
    """Name of the workload's function, the same in every image."""
    return f"case_{workload.digest}"


class WorkloadCompiler:
    """Compiles workloads for one chip with one toolchain and one set of flags, through the cache."""

    def __init__(self, chip: Chip, toolchain: Toolchain, flags: tuple[str, ...], cache: BuildCache) -> None:
        self._chip = chip
        self._toolchain = toolchain
        self._flags = flags
        self._cache = cache
        self._settings = digest(
            [
                "workload",
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

    def compile(self, workload: Workload) -> CompiledWorkload:
        """The compiled workload; neither rendered nor compiled when the cache has it.

        Raises:
            BuildError: its C cannot be generated, or does not compile.
        """
        key = self.key(workload)
        entry = self._cache.entry(key, lambda folder: self._make(workload, folder))
        sizes = json.loads((entry / _SIZES).read_text(encoding="utf-8"))
        objects = tuple(sorted(entry.glob(f"*{OBJECT_SUFFIX}")))
        return CompiledWorkload(workload=workload, key=key, objects=objects, **sizes)

    def key(self, workload: Workload) -> str:
        """Digest of everything that the workload's objects are made from."""
        return digest([self._settings, workload.source_key()])

    def _make(self, workload: Workload, folder: Path) -> None:
        sources = workload.sources(symbol(workload))
        with ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="source") as pool:
            objects = list(pool.map(lambda name: self._object(folder / name, sources[name]), sources))
        sections = section_sizes(objects)
        copied = {
            target.name: source.constants
            for target, source in zip(objects, sources.values(), strict=True)
            if source.constants is not ConstantMemory.FLASH
        }
        copied_bytes = section_sizes(folder / name for name in copied).constants
        sizes = {
            "code_bytes": sections.code,
            "constant_bytes": sections.constants,
            "variable_bytes": sections.variables + copied_bytes,
            "copied": copied,
            "stack_bytes": self._stack_bytes(objects),
            "has_unused": any(source.has_unused for source in sources.values()),
            "libraries": sorted({name for source in sources.values() for name in source.libraries}),
        }
        (folder / _SIZES).write_text(json.dumps(sizes), encoding="utf-8")

    def _object(self, path: Path, source: Source) -> Path:
        """The compiled source, of which a file is made."""
        path.write_text(source.text, encoding="utf-8")
        target = path.with_suffix(OBJECT_SUFFIX)
        flags = (*self._flags, *source.flags)
        try:
            self._toolchain.compile(path, target, chip=self._chip, flags=flags, include=(COMMON_DIR,))
        except RefusedSource as error:
            kept = self._cache.keep_refused(path)
            raise BuildError(f"{str(error).removesuffix('.')}; its C is kept as {kept}.") from error
        return target

    def _stack_bytes(self, objects: Sequence[Path]) -> int:
        """Bound of the stack: the first object calls the others one after the other."""
        first, *others = (self._toolchain.stack_bytes(target) for target in objects)
        return first + max(others, default=0)
