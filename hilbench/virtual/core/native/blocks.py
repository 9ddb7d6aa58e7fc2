"""The hook before every basic block; `layout` says what it works on."""

from __future__ import annotations

from numba import int64, types

from hilbench.virtual.core import layout as at
from hilbench.virtual.core.native.compiling import Engine, Number, Table, hook

_WORDS = types.CPointer(int64)
_look_up = types.ExternalFunction(
    "hilbench_look_up", types.int64(types.voidptr, _WORDS, types.int64, types.int64, types.int64)
)
_stop_emulator = types.ExternalFunction("uc_emu_stop", types.int32(types.voidptr))


@hook("void(voidptr, uint64, uint32, CPointer(int64))")
def count_block(engine: Engine, address: Number, size: Number, table: Table) -> None:
    """Unicorn's UC_HOOK_BLOCK: count this block and its cycles, or stop before it."""
    start = int64(address)
    end = start + int64(size)
    last = table[at.LAST_ENTRY]
    unmasked = table[at.PENDING] != 0 and table[at.LAST_UNMASKS] != 0
    if table[at.STOP] != 0 or table[at.CYCLES] >= table[at.DEADLINE] or unmasked:
        table[at.STOPPED] = 1
        _stop_emulator(engine)
        return
    page = table[at.HEADER + (start >> at.PAGE_SHIFT)]
    entry = page + ((start & (at.PAGE_BYTES - 1)) >> 1) * at.ENTRY
    if page == 0 or table[entry + at.SIZE] != end - start:
        table[at.UNKNOWN_START] = start
        table[at.UNKNOWN_SIZE] = end - start
        table[at.STOPPED] = 1
        _stop_emulator(engine)
        return
    taken = table[at.LAST_END] != start
    penalty = table[last + at.PENALTY]
    history = table[last + at.HISTORY]
    way = int64(taken) + (int64(taken) & (table[last + at.LEAVES_SLOT] >> table[at.LAST_WAY]))
    if penalty > 0:
        if (history >= at.PREDICTED_TAKEN) != taken:
            table[at.CYCLES] += penalty
            way = int64(taken)
        table[last + at.HISTORY] = min(history + 1, 3) if taken else max(history - 1, 0)
    elif penalty < 0:
        if history != start:
            table[at.CYCLES] -= penalty
        table[last + at.HISTORY] = start
    cost = table[entry + at.COST + way]
    missing = table[entry + at.STAMP] ^ table[at.CODE_STAMP]
    if missing | (table[entry + at.EXECUTIONS] >= table[entry + at.NEXT_LOOK]):
        cost += _look_up(engine, table, entry, start, end)
    table[at.CYCLES] += cost
    table[at.TIGHT_CYCLES] += cost * table[entry + at.TIGHT]
    table[entry + at.EXECUTIONS] += 1
    table[at.LAST_START] = start
    table[at.LAST_END] = end
    table[at.LAST_COST] = cost
    table[at.LAST_ENTRY] = entry
    table[at.LAST_WAY] = way
    table[at.LAST_UNMASKS] = table[entry + at.UNMASKS]
