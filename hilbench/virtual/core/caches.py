"""Part of the native table on caches, the memories behind them, and where blocks access those."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hilbench.virtual.bus import Bus
from hilbench.virtual.core import layout as at
from hilbench.virtual.core.core_features import CacheGeometry, CoreFeatures
from hilbench.virtual.core.native import machine_code
from hilbench.virtual.core.registers import UNICORN
from hilbench.virtual.core.table import Table, pages_of
from hilbench.virtual.timing import Instruction
from hilbench.virtual.timing.addresses import FIRST_LOADED, Access, accesses
from hilbench.virtual.timing.memory import MemoryMap

_NEVER = np.iinfo(np.int64).max
_WORD = np.dtype(np.int64).itemsize


class Caches:
    """Keeps this part of the table in step with the timing model, and enters each block's program.

    Args:
        table: the whole of it.
        bus: literals are read from.
        features: the core, whose caches they are.
        exact: every access is looked up in the data cache; else now and then one stands for many.
        by_region: blocks cost otherwise where their accesses go to other memories.

    Attributes:
        maintained: the core has registers that empty its caches.
    """

    def __init__(
        self, table: Table, bus: Bus, features: CoreFeatures, *, exact: bool, by_region: bool
    ) -> None:
        self._words = table.words
        self._pages = table.data_pages
        self._page_slots = at.DATA_PAGES + np.array(sorted(table.data_pages), np.int64)
        self._programs = range(table.programs, len(table.words))
        self._free = table.programs
        self._entered: list[int] = []
        self._bus = bus
        self._memory = MemoryMap()
        for number, memory in enumerate(bus.blocks if by_region else (), start=1):
            pages = pages_of(memory.base, memory.size)
            self._words[at.REGIONS + pages.start : at.REGIONS + pages.stop] = number
        self._words[at.EXACT] = exact
        self._words[at.CODE_STAMP] = 1
        for cache, sets, ways in (
            (features.instruction_cache, at.CODE_SETS, at.CODE_WAYS),
            (features.data_cache, at.DATA_SETS, at.DATA_WAYS),
        ):
            geometry = cache or CacheGeometry(0, 0, at.LINE_BYTES)
            self._words[sets], self._words[ways] = geometry.sets, geometry.ways
        self.maintained = features.data_cache is not None
        self.invalidate()

    def invalidate(self) -> None:
        """Empty the caches."""
        machine_code.call("invalidate", self._words)

    def serve(self, memory: MemoryMap) -> None:
        """Have memories answer so from now on."""
        self._memory = memory
        self._words[self._page_slots] = 0
        for region in memory.regions:
            for page in pages_of(region.base, region.size):
                place = self._pages[page]
                self._words[at.DATA_PAGES + page] = place if region.data_wait else 0
                self._words[place + at.LOAD_WAIT] = parts(region.data_wait)
                self._words[place + at.STORE_WAIT] = parts(region.store_wait)
                self._words[place + at.CACHED] = region.data_cached

    def charge_unaligned(self, loads: Sequence[int]) -> None:
        """Charge loads from unaligned addresses so many cycles more, in the order of a pipeline's figures."""
        self._words[at.UNALIGNED_LOADS : at.UNALIGNED_LOADS + len(loads)] = [parts(each) for each in loads]

    def fill(self, address: int) -> int:
        """Parts of cycles that filling a line of the instruction cache from there takes."""
        return parts(self._memory.region(address).code_fill)

    def enter(self, entry: int, block: Sequence[Instruction]) -> None:
        """Note where a block that was just learnt loads and stores."""
        self._words[entry + at.NEXT_LOOK] = _NEVER
        waited_for = any(region.timed for region in self._memory.regions)
        looked_at = waited_for or any(each.region is not None for each in block)
        found = accesses(block, self._read_word) if block and looked_at else ()
        counted = [access for access in found if self._counts(access, block)]
        if counted:
            self._words[entry + at.PROGRAM] = self._program(counted)
            self._words[entry + at.NEXT_LOOK] = 0
            self._entered.append(entry)

    def _counts(self, access: Access, block: Sequence[Instruction]) -> bool:
        """Whether the hook looks an access up; one at a known address is a literal, or of a known memory."""
        if access.address.terms:
            return True
        target = self._memory.region(access.address.constant & 0xFFFF_FFFF)
        literal = any(each.literal == access.address.constant for each in block)
        return target.timed and (target.loads_apart or not literal)

    def _program(self, found: Sequence[Access]) -> int:
        """Index of the program in the table."""
        terms = (register for access in found for register, _ in access.address.terms)
        registers = sorted({register for register in terms if register < FIRST_LOADED})
        numbers = np.zeros((len(registers) + 1) // 2 * 2, np.int32)
        numbers[: len(registers)] = [UNICORN[register] for register in registers]
        places = [self._place(at.REGISTERS + register) for register in registers]
        size = at.ACCESSES + at.ACCESS * len(found) + len(numbers) // 2 + len(places)
        if self._free + size > self._programs.stop:
            self._start_over()
        start = self._free
        self._free += size
        behind = start + at.ACCESSES + at.ACCESS * len(found)
        words: list[int] = [len(registers), len(found)]
        words += [self._place(behind), self._place(behind + len(numbers) // 2), 0, 0, 0]
        for access in found:
            words += [_meta(access), access.address.constant, 0]
        words += [*numbers.view(np.int64).tolist(), *places]
        self._words[start : start + size] = words
        return start

    def _start_over(self) -> None:
        """Forget blocks with a program, for the room is used up; they are learnt anew if they run."""
        self._words[np.array(self._entered, np.int64) + at.SIZE] = 0
        self._entered.clear()
        self._free = self._programs.start

    def _place(self, index: int) -> int:
        return int(self._words.ctypes.data) + _WORD * index

    def _read_word(self, address: int) -> int:
        return int.from_bytes(self._bus.read(address, 4), "little")


def parts(cycles: float) -> int:
    """Cycles in the table's unit."""
    return round(cycles * at.CYCLE_PARTS)


def _meta(access: Access) -> int:
    terms = [*access.address.terms, (at.NO_REGISTER, 0), (at.NO_REGISTER, 0)]
    (first, first_shift), (second, second_shift) = terms[:2]
    meta = first << at.FIRST_REGISTER | first_shift << at.FIRST_SHIFT
    meta |= second << at.SECOND_REGISTER | second_shift << at.SECOND_SHIFT
    meta |= access.store << at.IS_STORE | access.count << at.COUNT | access.size - 1 << at.SPAN
    meta |= access.width // 2 << at.WIDTH
    if access.loaded is not None:
        meta |= access.loaded.name << at.LOADED | access.loaded.size << at.LOADED_BYTES
        meta |= access.loaded.signed << at.LOADED_SIGN
    return meta
