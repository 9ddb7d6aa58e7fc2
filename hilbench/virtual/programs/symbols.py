"""The code of one function in an ELF file, without the data that compilers put between."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from elftools.elf.elffile import ELFFile
from elftools.elf.sections import Symbol, SymbolTableSection

from hilbench.errors import ConfigError
from hilbench.virtual.programs.elf import opened_elf


@dataclass(frozen=True)
class Code:
    """Consecutive instructions, as bytes."""

    address: int
    data: bytes


@dataclass(frozen=True)
class Function:
    """One function: where it starts and its runs of instructions, in rising order."""

    name: str
    address: int
    runs: tuple[Code, ...]


def read_function(path: Path, name: str) -> Function:
    """The function called `name` in the ELF at `path`.

    Raises:
        ConfigError: the file is no whole ELF for an Arm core, or has no such function.
    """
    with opened_elf(path) as elf:
        symbols = list(_symbols(elf))
        found = _find(symbols, name, path)
        address = found["st_value"] & ~1
        section = elf.get_section(found["st_shndx"])
        data, base = section.data(), section["sh_addr"]
    end = _end(symbols, found, base + len(data))
    runs = _instruction_runs(symbols, found["st_shndx"], address, end)
    return Function(name, address, tuple(Code(a, data[a - base : b - base]) for a, b in runs))


class FunctionNames:
    """Finds the function that an address lies in.

    Args:
        path: of the ELF; one without symbols has no functions.
    """

    def __init__(self, path: Path) -> None:
        with opened_elf(path) as elf:
            functions = [each for each in _symbols(elf) if each["st_info"]["type"] == "STT_FUNC"]
            sections = enumerate(elf.iter_sections())
            self._section_ends = {number: each["sh_addr"] + each["sh_size"] for number, each in sections}
        functions.sort(key=lambda each: (each["st_value"], each["st_info"]["bind"] != "STB_WEAK"))
        self._starts = [each["st_value"] & ~1 for each in functions]
        self._functions = functions

    def at(self, address: int) -> str | None:
        """Name of the function at an address, not that of a weak alias; None outside of all functions."""
        index = bisect_right(self._starts, address) - 1
        if index < 0 or address >= self._end(index):
            return None
        return str(self._functions[index].name)

    def _end(self, index: int) -> int:
        """End of a function; one without a size ends at the next, or where its section does."""
        function, start = self._functions[index], self._starts[index]
        if function["st_size"]:
            return int(start + function["st_size"])
        following = next((each for each in self._starts[index + 1 :] if each > start), 1 << 32)
        return min(following, int(self._section_ends.get(function["st_shndx"], start)))


def _symbols(elf: ELFFile) -> Iterator[Symbol]:
    for section in elf.iter_sections():
        if isinstance(section, SymbolTableSection):
            yield from section.iter_symbols()


def _find(symbols: list[Symbol], name: str, path: Path) -> Symbol:
    everywhere = (each for each in symbols if each["st_info"]["type"] == "STT_FUNC")
    functions = {each.name: each for each in everywhere if isinstance(each["st_shndx"], int)}
    if name in functions:
        return functions[name]
    near = sorted(each for each in functions if name.lower() in each.lower()) or sorted(functions)
    listed = ", ".join(near[:20]) + (" and others" if len(near) > 20 else "")
    raise ConfigError(f"{path} has no function '{name}'; it has: {listed or 'no functions at all'}.")


def _end(symbols: list[Symbol], function: Symbol, section_end: int) -> int:
    """End of a function: by its size, or without one, as in assembly, before the next function."""
    start = function["st_value"] & ~1
    if function["st_size"]:
        return int(start + function["st_size"])
    behind = (
        each["st_value"] & ~1
        for each in symbols
        if each["st_info"]["type"] == "STT_FUNC" and each["st_shndx"] == function["st_shndx"]
    )
    return min((address for address in behind if address > start), default=section_end)


def _instruction_runs(symbols: list[Symbol], section: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Address ranges of instructions, by the mapping symbols $t and $d (AAELF32, 5.5.5)."""
    marks = sorted(
        (each["st_value"], each.name[:2] == "$t")
        for each in symbols
        if each["st_shndx"] == section and each.name[:2] in ("$t", "$d")
    )
    first = bisect_right(marks, (start, True)) - 1
    governing = marks[first:] if first >= 0 else [(start, True), *marks]
    for (address, is_code), (following, _) in pairwise([*governing, (end, False)]):
        low, high = max(address, start), min(following, end)
        if is_code and low < high:
            yield low, high
