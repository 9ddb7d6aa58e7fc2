"""Rights to each page of memory, and hooks for accesses that are refused.

The emulator looks at every store where a hook might have to know of it, or where code may lie. So the hook
for refused accesses leaves out RAM, but for its guarded pages, and a page holds code once code was fetched
from it (`native.translation`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from unicorn import Uc, unicorn_const

from hilbench.virtual.bus import PAGE, Bus
from hilbench.virtual.core import layout as at
from hilbench.virtual.core.engine import add_page_hook
from hilbench.virtual.core.engine_library import forget_pages
from hilbench.virtual.core.table import pages_of

_REFUSED = unicorn_const.UC_HOOK_MEM_UNMAPPED | unicorn_const.UC_HOOK_MEM_PROT
_LAST = 0xFFFF_FFFF

RefusedHook = Callable[[Uc, int, int, int, int, object], bool]
"""Takes engine, kind of access, address, size, value and nothing; True when it was dealt with."""


class Pages:
    """Owns the hooks for refused accesses.

    Args:
        engine: in whose address space they lie.
        bus: tells which of it is RAM.
        table: what the native hooks work on.
        refused: called for what is refused.
    """

    def __init__(self, engine: Uc, bus: Bus, table: NDArray[np.int64], refused: RefusedHook) -> None:
        self._engine = engine
        self._bus = bus
        self._table = table
        self._refused = refused
        self._guards: dict[int, int] = {}
        self._ram = [block for block in bus.blocks if block.writable and block.on_write is None]
        for first, last in self._outside_ram():
            engine.hook_add(_REFUSED, refused, begin=first, end=last)
        add_page_hook(engine, table)

    def guard(self, page: int, *, reads: bool, writes: bool) -> None:
        """Have accesses to the page at `page`, which lies in memory, refused, or no longer."""
        block = self._bus.block_at(page)
        if block is None:
            return
        rights = unicorn_const.UC_PROT_EXEC
        rights |= 0 if reads else unicorn_const.UC_PROT_READ
        rights |= unicorn_const.UC_PROT_WRITE if block.writable and not writes else 0
        if page in self._guards:
            self._engine.hook_del(self._guards.pop(page))
        if block in self._ram and (reads or writes):
            last = page + PAGE - 1
            self._guards[page] = self._engine.hook_add(_REFUSED, self._refused, begin=page, end=last)
        self._engine.mem_protect(page, PAGE, rights)

    def forget_code(self) -> None:
        """Let RAM count as free of code until some is fetched again; a flash loader has run there, say."""
        for address in list(self._executed()):
            self._engine.ctl_remove_cache(address, address + at.EXECUTED_BYTES)
        for block in self._ram:
            pages = pages_of(block.base, block.size)
            self._table[at.EXECUTED + pages.start : at.EXECUTED + pages.stop] = 0
        forget_pages(self._engine._uch.value)

    def _executed(self) -> Iterator[int]:
        """Addresses in RAM from which code was fetched."""
        for block in self._ram:
            for page in pages_of(block.base, block.size):
                bits = int(self._table[at.EXECUTED + page])
                for number in range(at.PAGE_BYTES // at.EXECUTED_BYTES):
                    if bits >> number & 1:
                        yield (page << at.PAGE_SHIFT) + number * at.EXECUTED_BYTES

    def _outside_ram(self) -> Iterator[tuple[int, int]]:
        """First and last address of each stretch that is not RAM."""
        first = 0
        for block in self._ram:
            if block.base > first:
                yield first, block.base - 1
            first = block.base + (block.size + PAGE - 1) // PAGE * PAGE
        yield first, _LAST
