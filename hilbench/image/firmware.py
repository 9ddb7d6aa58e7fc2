"""The firmware around the workloads: compiled once, linked with every set of workloads."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from hilbench.chips import Chip, Placement
from hilbench.digests import digest, digest_files
from hilbench.errors import BuildError, ConfigError
from hilbench.image.board_config import BOARD_CONFIG, board_config
from hilbench.image.cache import BuildCache, digest_build_code
from hilbench.image.capacity import Capacity
from hilbench.image.compiled_workload import COMMON_DIR, CompiledWorkload
from hilbench.image.layout import Layout
from hilbench.image.manifest import render_manifest
from hilbench.image.script import linker_script
from hilbench.image.toolchain import Toolchain
from hilbench.paths import FIRMWARE_DIR

_FLAGS, _SMALL_FLAGS = ("-O2",), ("-Os",)
"""Flags of the firmware, whatever the kernels' are; the second where the chip has little flash."""
_LITTLE_FLASH = 64 * 1024
_ENTRY = "hb_reset"
_SUFFIXES = frozenset({".c", ".h"})
_SUFFIX = ".firmware.o"
"""The linker script knows the firmware by this end of its objects' names."""


class Firmware:
    """The firmware of one chip family, compiled by one toolchain, for one placement and layout.

    Args:
        chip: of that family.
        toolchain: compiles and links it.
        placement: where code and activations of the workloads live.
        layout: where in an image its workloads lie.
        cache: where it is kept.
        jobs: compilers that run at the same time.

    Raises:
        BuildError: there is no firmware for the chip's family.
        ConfigError: the chip has no memories for the placement.
    """

    def __init__(
        self,
        chip: Chip,
        toolchain: Toolchain,
        placement: Placement,
        layout: Layout,
        cache: BuildCache,
        jobs: int,
    ) -> None:
        self._chip = chip
        self._toolchain = toolchain
        self._placement = placement
        self._layout = layout
        self._cache = cache
        self._jobs = jobs
        self._folders = firmware_folders(chip)
        self._config = board_config(chip)
        self._overlay = _overlay_files(chip)
        if not self._regions.is_file():
            raise ConfigError(f"{chip.name} has no tightly coupled memory; use placement 'flash'.")
        flash = max(memory.size for memory in chip.memories.values() if memory.kind == "flash")
        self._flags = _SMALL_FLAGS if flash <= _LITTLE_FLASH else _FLAGS
        sources = [path for folder in self._folders for path in folder.iterdir() if path.suffix in _SUFFIXES]
        parts = [str(toolchain), chip.core, *self._flags, digest_files(sources), self._config]
        self._key = digest(["firmware", digest_build_code(), *parts, digest_files(self._overlay)])

    @cached_property
    def capacity(self) -> Capacity:
        """Capacity of an image for all but the firmware.

        Raises:
            BuildError: the firmware does not compile or link.
        """
        _, alone = self.link(())
        return Capacity.beside(alone, self._chip, self._placement, self._layout)

    def link(self, compiled: Sequence[CompiledWorkload]) -> tuple[str, Path]:
        """Digest and ELF of the image that holds these workloads, in this order.

        Raises:
            BuildError: the image does not link: one calls what nobody has.
        """
        layout = str(self._layout)
        parts = [self._key, self._placement, self._linker_script(compiled), layout]
        image_digest = digest(["image", *parts, *(each.key for each in compiled)])
        entry = self._cache.entry(image_digest, lambda folder: self._make(image_digest, compiled, folder))
        return image_digest, entry / "image.elf"

    def objects(self) -> list[Path]:
        """Object files of the firmware, compiled when the cache has none.

        Raises:
            BuildError: the firmware does not compile.
        """
        return sorted(self._cache.entry(self._key, self._compile_all).glob(f"*{_SUFFIX}"))

    def _make(self, image_digest: str, compiled: Sequence[CompiledWorkload], folder: Path) -> None:
        manifest = folder / "manifest.c"
        workloads = [each.workload for each in compiled]
        shifts = [
            self._layout.arena_shift(workload.arena.bytes, self.capacity.arena) for workload in workloads
        ]
        text = render_manifest(workloads, shifts, self._placement, image_digest)
        manifest.write_text(text, encoding="utf-8")
        script = folder / "image.ld"
        script.write_text(self._linker_script(compiled), encoding="utf-8")
        target = folder / "manifest.o"
        self._compile(manifest, target, self._folders)
        own = (path for each in compiled for path in each.objects)
        objects = [*self.objects(), target, *own]
        libraries = dict.fromkeys(name for each in compiled for name in each.libraries)
        elf = folder / "image.elf"
        self._toolchain.link(objects, script, elf, chip=self._chip, entry=_ENTRY, libraries=tuple(libraries))

    def _linker_script(self, compiled: Sequence[CompiledWorkload]) -> str:
        regions = self._regions.read_text(encoding="utf-8")
        return linker_script(self._chip, self._placement, regions, compiled, self._layout)

    @property
    def _regions(self) -> Path:
        """The placement's part of the linker script."""
        name = f"{self._placement}.ld"
        own = (path for path in self._overlay if path.name == name)
        return next(own, self._folders[-1] / name)

    def _compile_all(self, target: Path) -> None:
        with TemporaryDirectory(prefix="hilbench-firmware-") as scratch:
            folders = self._sources(Path(scratch))
            sources = [source for folder in folders for source in folder.glob("*.c")]
            targets = [target / f"{source.parent.name}-{source.stem}{_SUFFIX}" for source in sources]

            def compile_one(source: Path, target: Path) -> None:
                self._compile(source, target, folders)

            with ThreadPoolExecutor(self._jobs, thread_name_prefix="firmware") as pool:
                list(pool.map(compile_one, sources, targets))

    def _sources(self, target: Path) -> tuple[Path, ...]:
        """Folders to compile, made below `target` where they are not hilbench's own.

        Files of the overlay stand where those of the same name would, so that a header next to a source is
        the overlay's, too.
        """
        made = target / "board"
        made.mkdir()
        if self._config:
            (made / BOARD_CONFIG).write_text(self._config, encoding="utf-8")
        if not self._overlay:
            return (*self._folders, made)
        replaced = {path.name: path for path in self._overlay}
        folders = []
        for folder in self._folders:
            copy = target / folder.name
            copy.mkdir()
            for path in folder.iterdir():
                if path.suffix in _SUFFIXES:
                    shutil.copyfile(replaced.pop(path.name, path), copy / path.name)
            folders.append(copy)
        for path in replaced.values():
            shutil.copyfile(path, made / path.name)
        return (*folders, made)

    def _compile(self, source: Path, target: Path, folders: Sequence[Path]) -> None:
        self._toolchain.compile(source, target, chip=self._chip, flags=self._flags, include=folders)


def firmware_families() -> tuple[str, ...]:
    """Names of the chip families that there is firmware for."""
    return tuple(sorted({script.parent.name for script in FIRMWARE_DIR.rglob("flash.ld")}))


def _overlay_files(chip: Chip) -> tuple[Path, ...]:
    """Files of the chip's overlay.

    Raises:
        ConfigError: the folder cannot be read, or has none.
    """
    if chip.overlay is None:
        return ()
    try:
        files = [path for path in chip.overlay.iterdir() if path.suffix in {*_SUFFIXES, ".ld"}]
    except OSError as error:
        raise ConfigError(f"Cannot read the firmware {chip.overlay}: {error.strerror}.") from error
    if not files:
        raise ConfigError(f"The folder {chip.overlay} of 'firmware' has no .c, .h or .ld file.")
    return tuple(sorted(files))


def firmware_folders(chip: Chip) -> tuple[Path, ...]:
    """Folders of a chip's firmware: what all chips have, what its family's relatives share, its family's own.

    Raises:
        BuildError: there is no firmware for the chip's family.
    """
    families = (folder for folder in FIRMWARE_DIR.rglob(chip.family) if folder.is_dir())
    family = next(families, None)
    if family is None:
        missing = FIRMWARE_DIR / chip.family
        raise BuildError(f"There is no firmware for {chip.name}: add the folder {missing}.")
    shared = (folder for folder in reversed(family.parents) if FIRMWARE_DIR in folder.parents)
    return (COMMON_DIR, *shared, family)
