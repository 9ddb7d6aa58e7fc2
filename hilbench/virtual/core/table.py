"""Makes the table that the native hooks work on, for the memories of one bus."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilbench.virtual.bus import Bus
from hilbench.virtual.core import layout as at


@dataclass(frozen=True)
class Table:
    """The array, and what lies where in it.

    Attributes:
        words: shape (n,), int64; `layout` names its parts.
        data_pages: index of what is known of the lines of each page of memory, by page number.
        programs: index of the room for programs.
    """

    words: NDArray[np.int64]
    data_pages: Mapping[int, int]
    programs: int


def make_table(bus: Bus) -> Table:
    """A table with room for every block and every line of the bus's memories, all of them unknown."""
    pages = sorted({page for block in bus.blocks for page in pages_of(block.base, block.size)})
    entries = at.PAGE_BYTES // 2 * at.ENTRY
    data = at.FIRST_ENTRY + len(pages) * entries
    programs = data + len(pages) * at.DATA_PAGE
    words = np.zeros(programs + at.PROGRAM_WORDS, np.int64)
    for position, page in enumerate(pages):
        words[at.HEADER + page] = at.FIRST_ENTRY + position * entries
    for block in bus.blocks:
        for page in pages_of(block.base, block.size):
            offset = (page << at.PAGE_SHIFT) - block.base
            if 0 <= offset <= block.size - at.PAGE_BYTES:  # the page has no other memory, and no hole
                words[at.HOST_PAGES + page] = block.data.ctypes.data + offset
    data_pages = {page: data + position * at.DATA_PAGE for position, page in enumerate(pages)}
    return Table(words, data_pages, programs)


def pages_of(base: int, size: int) -> range:
    """Numbers of the pages that a memory lies in."""
    return range(base >> at.PAGE_SHIFT, (base + size - 1 >> at.PAGE_SHIFT) + 1)
