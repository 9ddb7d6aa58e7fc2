"""An image: an ELF, the workloads in it, what each weighs, and the digest of all that made it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from elftools.elf.elffile import ELFFile

from hilbench.chips import Placement
from hilbench.image.script import COPIED_SECTIONS, section_name
from hilbench.operators import Workload


@dataclass(frozen=True)
class FlashContent:
    """Code and constants of a workload: what it has in flash, and all that start-up copies to RAM."""

    bytes: int
    crc32: int


@dataclass(frozen=True)
class PackedWorkload:
    """One workload inside an image, with what the linker and the compiler say of it (bytes)."""

    workload: Workload
    index: int
    code_bytes: int
    constant_bytes: int
    """Weights and everything else that is read only."""
    ram_bytes: int
    """Arena that it occupies: inputs, output, scratch; and variables of its own."""
    scratch_bytes: int
    stack_bytes: int | None
    """Static bound of the stack from the compiler; None where the toolchain gives none."""
    flash: FlashContent
    """Content of its section as it was linked."""


@dataclass(frozen=True)
class Image:
    """A linked firmware image.

    `digest` is 64 hex digits over sources, compiler with its version, flags and linker script;
    the device reports the same digest, or it does not run this image.
    """

    elf: Path
    digest: str
    workloads: tuple[PackedWorkload, ...]
    chip: str
    toolchain: str
    """Name and version, e.g. `gcc 12.2.1`."""
    flags: str
    placement: Placement


def flash_contents(elf: Path, count: int) -> list[bytes]:
    """Section of each of `count` workloads in an image, and behind it all that start-up copies to RAM."""
    with elf.open("rb") as stream:
        file = ELFFile(stream)

        def content(name: str) -> bytes:
            section = file.get_section_by_name(name)
            return b"" if section is None else section.data()

        copied = b"".join(map(content, COPIED_SECTIONS))
        return [content(section_name(index)) + copied for index in range(count)]
