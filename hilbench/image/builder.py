"""Build of images from workloads: compile each, pack them, link them with the firmware."""

from __future__ import annotations

import os
import shlex
import zlib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from hilbench.chips import Chip, Placement
from hilbench.errors import BuildError, CacheError, DoesNotFit
from hilbench.image.cache import BuildCache
from hilbench.image.compiled_workload import CompiledWorkload, WorkloadCompiler
from hilbench.image.firmware import Firmware
from hilbench.image.image import FlashContent, Image, PackedWorkload, flash_contents
from hilbench.image.layout import Layout
from hilbench.image.packer import pack
from hilbench.image.section_sizes import section_sizes
from hilbench.image.toolchain import Toolchain
from hilbench.operators import Workload

_JOINTS = 4096
"""Bytes of flash for what joins a workload's parts: manifest, calls, functions of the compiler's library."""


@dataclass(frozen=True)
class BuildResult:
    """Images, and the workloads that are in none with the reason (DoesNotFit, or what the compiler said)."""

    images: tuple[Image, ...]
    refused: tuple[tuple[Workload, BuildError], ...]


class Builder:
    """Builds images for one chip under one toolchain, set of kernel flags, placement and layout.

    Args:
        chip: what the images are for.
        toolchain: compiles kernels and firmware.
        flags: of the kernels only, as typed; the firmware has flags of its own, so that sweeps differ
            in nothing else.
        placement: where code and activations live.
        layout: number of the layout (`hilbench.image.layout`).
        cache_dir: where objects and images are kept; default as `default_cache_dir`.
        jobs: compilers that run at the same time; default one a processor.
    """

    def __init__(
        self,
        chip: Chip,
        toolchain: Toolchain,
        *,
        flags: str = "-O2",
        placement: Placement = Placement.FLASH,
        layout: int = 0,
        cache_dir: Path | None = None,
        jobs: int | None = None,
    ) -> None:
        self._chip = chip
        self._toolchain = toolchain
        self._flags = flags
        self._placement = placement
        self._jobs = jobs or os.cpu_count() or 1
        cache = BuildCache(cache_dir)
        self._compiler = WorkloadCompiler(chip, toolchain, tuple(shlex.split(flags)), cache)
        self._firmware = Firmware(chip, toolchain, placement, Layout.of(chip, layout), cache, self._jobs)

    def build(self, workloads: Iterable[Workload]) -> BuildResult:
        """Build all workloads that can be built; one that cannot stops no other.

        Raises:
            BuildError: the firmware itself does not build.
            CacheError: there is no room.
        """
        refused: list[tuple[Workload, BuildError]] = []
        compiled: list[CompiledWorkload] = []
        capacity = self._firmware.capacity
        with ThreadPoolExecutor(self._jobs, thread_name_prefix="compile") as pool:
            for workload, outcome in pool.map(self._compile, dict.fromkeys(workloads)):
                if isinstance(outcome, CompiledWorkload):
                    compiled.append(outcome)
                else:
                    refused.append((workload, outcome))
            linked = list(pool.map(self._link, pack(compiled, capacity)))
        images = tuple(image for result in linked for image in result.images)
        return BuildResult(images, (*refused, *(pair for result in linked for pair in result.refused)))

    @property
    def arena_bytes(self) -> int:
        """Bytes of RAM that the tensors of a workload may take.

        Raises:
            BuildError: the firmware itself does not build.
        """
        return self._firmware.capacity.arena

    @property
    def flash_bytes(self) -> int:
        """Bytes of flash that code and constants of a workload may take, but for what joins its parts.

        Raises:
            BuildError: the firmware itself does not build.
        """
        return self._firmware.capacity.flash - _JOINTS

    @property
    def ram_banks(self) -> Mapping[str, int]:
        """Bytes that tensors may take of each bank of RAM, by name, the fastest first.

        Raises:
            BuildError: the firmware itself does not build.
        """
        capacity = self._firmware.capacity
        free = {**capacity.others, capacity.bank: capacity.arena}
        return {name: free[name] for name in self._chip.ram_banks if name in free}

    @property
    def arena_bank(self) -> str:
        """Name of the bank with inputs and outputs.

        Raises:
            BuildError: the firmware itself does not build.
        """
        return self._firmware.capacity.bank

    def object_key(self, workload: Workload) -> str:
        """Digest of everything that the objects of `workload` are made from; nothing is compiled."""
        return self._compiler.key(workload)

    def _compile(self, workload: Workload) -> tuple[Workload, CompiledWorkload | BuildError]:
        try:
            self._firmware.capacity.check_data(workload)
            return workload, self._compiler.compile(workload)
        except CacheError:
            raise
        except BuildError as error:
            return workload, error

    def _link(self, compiled: Sequence[CompiledWorkload]) -> BuildResult:
        """Link; where that fails, halve until the culprits are alone and the others are linked."""
        try:
            return BuildResult((self._image(compiled),), ())
        except CacheError:
            raise
        except BuildError as error:
            if len(compiled) == 1:
                alone = compiled[0].workload
                return BuildResult((), ((alone, self._refusal(alone, error)),))
        middle = len(compiled) // 2
        first, second = self._link(compiled[:middle]), self._link(compiled[middle:])
        return BuildResult(first.images + second.images, first.refused + second.refused)

    def _refusal(self, workload: Workload, error: BuildError) -> BuildError:
        """The reason why a workload does not link alone, in words that do not depend on who found out."""
        if not isinstance(error, DoesNotFit):
            return error
        memory = self._chip.memories[error.memory]
        return self._firmware.capacity.refusal(workload, error.memory, memory, error.excess)

    def _image(self, compiled: Sequence[CompiledWorkload]) -> Image:
        digest, elf = self._firmware.link(compiled)
        contents = flash_contents(elf, len(compiled))
        return Image(
            elf=elf,
            digest=digest,
            workloads=tuple(
                _packed(_as_linked(each, elf), index, content)
                for index, (each, content) in enumerate(zip(compiled, contents, strict=True))
            ),
            chip=self._chip.name,
            toolchain=str(self._toolchain),
            flags=self._flags,
            placement=self._placement,
        )


def _as_linked(compiled: CompiledWorkload, elf: Path) -> CompiledWorkload:
    """The workload with the sizes of what is in the image."""
    if not compiled.has_unused:
        return compiled
    sizes = section_sizes(compiled.objects, elf)
    return replace(
        compiled,
        code_bytes=sizes.code,
        constant_bytes=sizes.constants,
        variable_bytes=sizes.variables,
    )


def _packed(compiled: CompiledWorkload, index: int, content: bytes) -> PackedWorkload:
    plan = compiled.workload.arena
    return PackedWorkload(
        workload=compiled.workload,
        index=index,
        code_bytes=compiled.code_bytes,
        constant_bytes=compiled.constant_bytes,
        ram_bytes=plan.bytes + sum(plan.others.values()) + compiled.variable_bytes,
        scratch_bytes=plan.scratch_bytes,
        stack_bytes=compiled.stack_bytes,
        flash=FlashContent(len(content), zlib.crc32(content)),
    )
