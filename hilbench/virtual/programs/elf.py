"""ELF files into the virtual chip's memories."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.constants import P_FLAGS
from elftools.elf.elffile import ELFFile

from hilbench.errors import ConfigError


@dataclass(frozen=True)
class Segment:
    """Bytes and the address they are loaded at."""

    address: int
    data: bytes


@dataclass(frozen=True)
class Program:
    """Segments that an ELF file has loaded, in rising order of addresses, and its entry point.

    `data` is where its variables are when it runs, which for a program in flash is not where they are loaded.
    """

    segments: tuple[Segment, ...]
    entry: int
    data: tuple[int, ...] = ()

    def vector_table(self, boot_address: int) -> int | None:
        """Address of the vector table; None when the program has none and begins at `entry`.

        Args:
            boot_address: where the chip looks for one by itself.
        """
        starts = [segment.address for segment in self.segments]
        wanted = [address for address in (boot_address, *starts) if self._is_vector_table(address)]
        return wanted[0] if wanted else None

    def _is_vector_table(self, address: int) -> bool:
        """Whether a stack pointer lies there, and then a Thumb address inside the program."""
        stack, reset = struct.unpack("<2I", self._read(address, 8).ljust(8, b"\0"))
        inside = any(each.address <= reset < each.address + len(each.data) for each in self.segments)
        return stack != 0 and stack % 4 == 0 and reset % 2 == 1 and inside

    def _read(self, address: int, size: int) -> bytes:
        for segment in self.segments:
            offset = address - segment.address
            if 0 <= offset < len(segment.data):
                return segment.data[offset : offset + size]
        return b""


@contextmanager
def opened_elf(path: Path) -> Iterator[ELFFile]:
    """The ELF at `path` while the context lasts.

    Raises:
        ConfigError: it cannot be read, is no whole ELF, or not for a 32-bit Arm core.
    """
    try:
        with path.open("rb") as stream:
            elf = ELFFile(stream)
            if elf["e_machine"] != "EM_ARM" or elf.elfclass != 32:
                raise ConfigError(f"{path} is not for a Cortex-M core; compile it for one.")
            if _end(elf) > path.stat().st_size:
                raise ConfigError(f"{path} is cut short; link or copy it again.")
            yield elf
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
    except ELFError as error:
        raise ConfigError(f"{path} is not an ELF file: {error}.") from error


def _end(elf: ELFFile) -> int:
    """Bytes that the file has at least, by its own headers."""
    return max(int(elf[f"e_{of}off"] + elf[f"e_{of}num"] * elf[f"e_{of}entsize"]) for of in ("ph", "sh"))


def read_program(path: Path) -> Program:
    """The loadable segments of the ELF at `path`.

    Raises:
        ConfigError: it is no whole ELF for a 32-bit Arm core, or has nothing to load.
    """
    with opened_elf(path) as elf:
        entry = elf["e_entry"]
        headers = list(elf.iter_segments("PT_LOAD"))
        segments = [Segment(each["p_paddr"], each.data()) for each in headers if each["p_filesz"]]
        data = [each["p_vaddr"] for each in headers if each["p_flags"] & P_FLAGS.PF_W]
    if not segments:
        raise ConfigError(f"{path} has no segment to load; link it into an executable.")
    return Program(tuple(sorted(segments, key=lambda segment: segment.address)), entry, tuple(data))
