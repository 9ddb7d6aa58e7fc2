"""The basic-block hook that runs natively inside the emulator, and the table it works on.

One flat int64 array holds everything the hook touches: a header, a page table, and an entry for
every halfword a block can start at. An entry fills a cache line; untouched ones cost no memory.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import unicorn
from llvmlite import binding as llvm
from numba import carray, cfunc, int64, types

CYCLE_PARTS = 256
"""Parts of a cycle that are counted: what memory is expected to add is rarely a whole one."""

# Header: indexes into the array.
STOP = 0
"""Nonzero asks the core to stop before its next block; set from any thread."""
STOPPED = 1
"""1 when it was the hook that stopped the core, so no block was cut short."""
CYCLES = 2
"""Core cycles executed since power-on, in `CYCLE_PARTS`, as all cycles in the array."""
TIGHT_CYCLES = 3
"""Of these, cycles spent in tightly coupled memory."""
DEADLINE = 4
"""Stop before the first block that would start at or after this many cycles."""
PENDING = 5
"""Nonzero while a mask holds an exception back: stop wherever the mask may have been lifted."""
UNKNOWN_START = 6
UNKNOWN_SIZE = 7
"""The block whose missing cost stopped the core; size 0 when there is none."""
LAST_START = 8
LAST_END = 9
LAST_COST = 10
LAST_ENTRY = 11
"""The block entered last: its addresses, what it cost this time, the index of its entry."""
LAST_UNMASKS = 12
"""That entry's UNMASKS; 0 at the start of a run, so that no run stops before it did something."""
NO_ENTRY = 16
"""An entry that stays zero, for when no block was entered yet."""
HEADER = 24

# Then a slot for each 64 KiB of address space: index of the page's first entry, or 0.
PAGE_SHIFT = 16
PAGE_BYTES = 1 << PAGE_SHIFT
FIRST_ENTRY = HEADER + (1 << (32 - PAGE_SHIFT))

# Then the entries.
SIZE = 0
"""Bytes of the block; 0 when its cost is unknown."""
COST = 1
"""Cycles when entered from the block before it."""
COST_TAKEN = 2
"""Cycles when entered by a taken branch."""
EXECUTIONS = 3
UNMASKS = 4
"""1 when an instruction in it may lift an interrupt mask."""
TIGHT = 5
"""1 when it lies in tightly coupled memory."""
PENALTY = 6
"""Cycles lost when the branch at its end is predicted wrongly; negative for an indirect branch."""
HISTORY = 7
"""What that branch did: of a conditional one a counter, 0 to 3, from 2 on predicted taken; of an
indirect one where it led last."""
PREDICTED_TAKEN = 2
ENTRY = 8

LIBRARY = next((Path(unicorn.__file__).parent / "lib").glob("libunicorn.so*"))
llvm.load_library_permanently(str(LIBRARY))
_stop_emulator = types.ExternalFunction("uc_emu_stop", types.int32(types.voidptr))


@cfunc("void(voidptr, uint64, uint32, voidptr)", cache=True)  # type: ignore[untyped-decorator]
def count_block(engine: int, address: int, size: int, state: int) -> None:
    """Unicorn's UC_HOOK_BLOCK: count this block and its cycles, or stop before it."""
    table = carray(state, (1,), int64)
    start = np.int64(address)
    end = start + np.int64(size)
    unmasked = table[PENDING] != 0 and table[LAST_UNMASKS] != 0
    if table[STOP] != 0 or table[CYCLES] >= table[DEADLINE] or unmasked:
        table[STOPPED] = 1
        _stop_emulator(engine)
        return
    page = table[HEADER + (start >> PAGE_SHIFT)]
    entry = page + ((start & (PAGE_BYTES - 1)) >> 1) * ENTRY
    if page == 0 or table[entry + SIZE] != end - start:
        table[UNKNOWN_START] = start
        table[UNKNOWN_SIZE] = end - start
        table[STOPPED] = 1
        _stop_emulator(engine)
        return
    last = table[LAST_ENTRY]
    taken = table[LAST_END] != start
    penalty = table[last + PENALTY]
    history = table[last + HISTORY]
    if penalty > 0:
        if (history >= PREDICTED_TAKEN) != taken:
            table[CYCLES] += penalty
        table[last + HISTORY] = min(history + 1, 3) if taken else max(history - 1, 0)
    elif penalty < 0:
        if history != start:
            table[CYCLES] -= penalty
        table[last + HISTORY] = start
    cost = table[entry + COST_TAKEN] if taken else table[entry + COST]
    table[CYCLES] += cost
    table[TIGHT_CYCLES] += cost * table[entry + TIGHT]
    table[entry + EXECUTIONS] += 1
    table[LAST_START] = start
    table[LAST_END] = end
    table[LAST_COST] = cost
    table[LAST_ENTRY] = entry
    table[LAST_UNMASKS] = table[entry + UNMASKS]
