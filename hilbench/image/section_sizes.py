"""Bytes that object files bring into an image: code, constants, variables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import Section, Symbol, SymbolTableSection

_Sized = tuple[str, int]
"""Name and size of a function or datum: others of an image may have the name, as static ones do."""
_NAMING = frozenset({"STT_FUNC", "STT_OBJECT"})


@dataclass(frozen=True)
class SectionSizes:
    """Sizes in bytes.

    Attributes:
        code: functions.
        constants: read-only data, and the initial values of variables.
        variables: RAM for variables, initialized or not.
    """

    code: int = 0
    constants: int = 0
    variables: int = 0

    def __add__(self, other: SectionSizes) -> SectionSizes:
        return SectionSizes(
            self.code + other.code, self.constants + other.constants, self.variables + other.variables
        )


def section_sizes(objects: Iterable[Path], image: Path | None = None) -> SectionSizes:
    """Sum of the sections of objects.

    Args:
        objects: compiled with a section for each function and each datum.
        image: ELF that they are linked into, by whose symbols sections that the linker left out are not
            counted; None to count all.
    """
    kept = None if image is None else _symbols(image)
    return sum((_of_object(target, kept) for target in objects), start=SectionSizes())


def _of_object(target: Path, kept: frozenset[_Sized] | None) -> SectionSizes:
    total = SectionSizes()
    with target.open("rb") as stream:
        elf = ELFFile(stream)
        names = _names_by_section(elf) if kept is not None else {}
        for index, section in enumerate(elf.iter_sections()):
            own = names.get(index)
            if own is None or kept is None or own & kept:
                total += _of_section(section)
    return total


def _of_section(section: Section) -> SectionSizes:
    flags, size = section["sh_flags"], section["sh_size"]
    if not flags & SH_FLAGS.SHF_ALLOC or section.name.startswith(".ARM.ex"):
        return SectionSizes()
    if flags & SH_FLAGS.SHF_EXECINSTR:
        return SectionSizes(code=size)
    if not flags & SH_FLAGS.SHF_WRITE:
        return SectionSizes(constants=size)
    return SectionSizes(constants=0 if section["sh_type"] == "SHT_NOBITS" else size, variables=size)


def _names_by_section(elf: ELFFile) -> dict[int, set[_Sized]]:
    """Functions and data by the index of the section that they are in; sections without any lack."""
    names: dict[int, set[_Sized]] = {}
    for symbol in _named(elf):
        names.setdefault(symbol["st_shndx"], set()).add((symbol.name, symbol["st_size"]))
    return names


def _symbols(image: Path) -> frozenset[_Sized]:
    with image.open("rb") as stream:
        return frozenset((symbol.name, symbol["st_size"]) for symbol in _named(ELFFile(stream)))


def _named(elf: ELFFile) -> Iterator[Symbol]:
    """Symbols of functions and data that are defined."""
    table = elf.get_section_by_name(".symtab")
    for symbol in table.iter_symbols() if isinstance(table, SymbolTableSection) else ():
        if symbol["st_info"]["type"] in _NAMING and isinstance(symbol["st_shndx"], int):
            yield symbol
