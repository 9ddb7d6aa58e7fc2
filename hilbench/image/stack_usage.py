"""Stack that compiled code needs, by the compilers' reports."""

from __future__ import annotations

from pathlib import Path

from elftools.elf.elffile import ELFFile

_ADDRESS_BYTES = 4


def from_su(path: Path) -> int:
    """Sum over the functions of a `.su` file (GCC manual, -fstack-usage): `place<TAB>bytes<TAB>kind` a line.

    No kernel recurses or calls a function twice on one path, so that the sum bounds every call chain.
    """
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return sum(int(line.split("\t")[1]) for line in lines if line)


def from_stack_sizes(target: Path) -> int:
    """Sum over the functions of an object's `.stack_sizes` (LLVM: an address and a ULEB128 each)."""
    with target.open("rb") as stream:
        sections = ELFFile(stream).iter_sections()
        return sum(_sum(section.data()) for section in sections if section.name == ".stack_sizes")


def _sum(table: bytes) -> int:
    total = 0
    position = 0
    while position < len(table):
        position += _ADDRESS_BYTES
        shift = 0
        more = True
        while more:
            total += (table[position] & 0x7F) << shift
            more = bool(table[position] & 0x80)
            shift += 7
            position += 1
    return total
