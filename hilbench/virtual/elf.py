"""ELF files into the virtual chip's memories."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

from hilbench.errors import ConfigError


@dataclass(frozen=True)
class Segment:
    """Bytes and the address they are loaded at."""

    address: int
    data: bytes


@dataclass(frozen=True)
class Program:
    """What an ELF asks to be loaded, in rising order of addresses."""

    segments: tuple[Segment, ...]

    @property
    def vector_table(self) -> int:
        """Where its vector table must be: at its lowest address."""
        return self.segments[0].address


def read_program(path: Path) -> Program:
    """The loadable segments of the ELF at `path`.

    Raises:
        ConfigError: it is no ELF for a 32-bit Arm core, or has nothing to load.
    """
    try:
        with path.open("rb") as stream:
            elf = ELFFile(stream)
            if elf["e_machine"] != "EM_ARM" or elf.elfclass != 32:
                raise ConfigError(f"{path} is not for a Cortex-M core; compile it for one.")
            segments = [
                Segment(header["p_paddr"], header.data())
                for header in elf.iter_segments("PT_LOAD")
                if header["p_filesz"]
            ]
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
    except ELFError as error:
        raise ConfigError(f"{path} is not an ELF file: {error}.") from error
    if not segments:
        raise ConfigError(f"{path} has no segment to load; link it into an executable.")
    return Program(tuple(sorted(segments, key=lambda segment: segment.address)))
