"""Functions of ours in the place of those that Unicorn's library calls inside itself.

An ELF library calls the functions that it exports through a table of addresses, its procedure linkage table's
(System V ABI, AMD64 supplement, 5.2), so that a program may put its own function in.
"""

from __future__ import annotations

import ctypes
import re
from pathlib import Path

import numpy as np
from elftools.elf.elffile import ELFFile

_SYMBOL = np.dtype([("name", "<u4"), ("kind", "<u4"), ("value", "<u8"), ("size", "<u8")])
_RELOCATION = np.dtype([("offset", "<u8"), ("type", "<u4"), ("symbol", "<u4"), ("addend", "<i8")])
_SEALED = "PT_GNU_RELRO"
"""Segment that the loader makes read-only once it has filled it."""


class LinkageTable:
    """Addresses by which a loaded library calls functions that it exports itself.

    Args:
        library: as it is loaded.
        path: its file, ELF of 64 bits.
    """

    def __init__(self, library: ctypes.CDLL, path: Path) -> None:
        self._library = library
        with path.open("rb") as file:
            elf = ELFFile(file)
            self._names = _content(elf, ".dynstr")
            self._symbols = np.frombuffer(_content(elf, ".dynsym"), _SYMBOL)
            self._calls = np.frombuffer(_content(elf, ".rela.plt"), _RELOCATION)
            self._sealed = [
                range(each["p_vaddr"], each["p_vaddr"] + each["p_memsz"])
                for each in elf.iter_segments(_SEALED)
            ]

    def replace(self, name: str, function: int) -> bool:
        """Have the library call `function` for its own `name` from now on.

        Returns:
            False where that cannot be: it was linked for good, or does not call it through the table.
        """
        # One name may be the end of another.
        places = [found.start() for found in re.finditer(b"%b\0" % name.encode(), self._names)]
        numbers = np.flatnonzero(np.isin(self._symbols["name"], places))
        slots = self._calls["offset"][np.isin(self._calls["symbol"], numbers)]
        if len(slots) != 1 or any(int(slots[0]) in sealed for sealed in self._sealed):
            return False
        address = ctypes.cast(getattr(self._library, name), ctypes.c_void_p).value or 0
        base = address - int(self._symbols["value"][numbers[0]])
        ctypes.c_uint64.from_address(base + int(slots[0])).value = function
        return True


def _content(elf: ELFFile, name: str) -> bytes:
    """Bytes of a section; none where there is no such."""
    section = elf.get_section_by_name(name)
    return b"" if section is None else bytes(section.data())
