"""Build of images from cases: compile each, pack them, link them with the firmware."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from hilbench.chips import Chip, Placement
from hilbench.errors import BuildError, CacheError, DoesNotFit
from hilbench.image.arena import arena_bytes
from hilbench.image.cache import BuildCache
from hilbench.image.firmware import Firmware
from hilbench.image.image import Image, PackedCase
from hilbench.image.kernel_object import Kernel, KernelCompiler
from hilbench.image.layout import Layout
from hilbench.image.packer import pack
from hilbench.image.toolchain import Toolchain
from hilbench.operators import OperatorCase


@dataclass(frozen=True)
class BuildResult:
    """Images, and the cases that are in none with the reason (DoesNotFit, or what the compiler said)."""

    images: tuple[Image, ...]
    refused: tuple[tuple[OperatorCase, BuildError], ...]


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
        self._kernels = KernelCompiler(chip, toolchain, tuple(shlex.split(flags)), cache)
        self._firmware = Firmware(chip, toolchain, placement, Layout.of(chip, layout), cache, self._jobs)

    def build(self, cases: Iterable[OperatorCase]) -> BuildResult:
        """Build all cases that can be built; a case that cannot stops no other.

        Raises:
            BuildError: the firmware itself does not build.
            CacheError: there is no room.
        """
        refused: list[tuple[OperatorCase, BuildError]] = []
        kernels: list[Kernel] = []
        capacity = self._firmware.capacity
        with ThreadPoolExecutor(self._jobs, thread_name_prefix="compile") as pool:
            for case, outcome in pool.map(self._compile, dict.fromkeys(cases)):
                if isinstance(outcome, Kernel):
                    kernels.append(outcome)
                else:
                    refused.append((case, outcome))
            linked = list(pool.map(self._link, pack(kernels, capacity)))
        images = tuple(image for result in linked for image in result.images)
        return BuildResult(images, (*refused, *(pair for result in linked for pair in result.refused)))

    def kernel_key(self, case: OperatorCase) -> str:
        """Digest of everything that the object of `case` is made from; nothing is compiled."""
        return self._kernels.key(case)

    def _compile(self, case: OperatorCase) -> tuple[OperatorCase, Kernel | BuildError]:
        try:
            self._firmware.capacity.check_data(case)
            return case, self._kernels.compile(case)
        except CacheError:
            raise
        except BuildError as error:
            return case, error

    def _link(self, kernels: Sequence[Kernel]) -> BuildResult:
        """Link; where that fails, halve until the culprits are alone and the others are linked."""
        try:
            return BuildResult((self._image(kernels),), ())
        except CacheError:
            raise
        except BuildError as error:
            if len(kernels) == 1:
                return BuildResult((), ((kernels[0].case, self._refusal(kernels[0].case, error)),))
        middle = len(kernels) // 2
        first, second = self._link(kernels[:middle]), self._link(kernels[middle:])
        return BuildResult(first.images + second.images, first.refused + second.refused)

    def _refusal(self, case: OperatorCase, error: BuildError) -> BuildError:
        """The reason why a case does not link alone, in words that do not depend on who found out."""
        if not isinstance(error, DoesNotFit):
            return error
        return self._firmware.capacity.refusal(case, self._chip.memories[error.memory], error.excess)

    def _image(self, kernels: Sequence[Kernel]) -> Image:
        digest, elf = self._firmware.link(kernels)
        return Image(
            elf=elf,
            digest=digest,
            cases=tuple(_packed(kernel, index) for index, kernel in enumerate(kernels)),
            chip=self._chip.name,
            toolchain=str(self._toolchain),
            flags=self._flags,
            placement=self._placement,
        )


def _packed(kernel: Kernel, index: int) -> PackedCase:
    return PackedCase(
        case=kernel.case,
        index=index,
        code_bytes=kernel.code_bytes,
        weight_bytes=kernel.weight_bytes,
        ram_bytes=arena_bytes(kernel.case),
        scratch_bytes=kernel.case.scratch_bytes,
        stack_bytes=kernel.stack_bytes,
    )
