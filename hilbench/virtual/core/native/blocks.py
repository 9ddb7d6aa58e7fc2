"""The hook before every basic block; `layout` says what it works on."""

from __future__ import annotations

from numba import int64, types

from hilbench.virtual.core import layout as at
from hilbench.virtual.core.native.caches import look_up
from hilbench.virtual.core.native.compiling import Engine, Number, Table, compiled, hook

_stop_emulator = types.ExternalFunction("uc_emu_stop", types.int32(types.voidptr))
_count_with_look = types.ExternalFunction(
    "hilbench_count_with_look",
    types.void(types.voidptr, types.CPointer(int64), types.int64, types.int64, types.int64, types.int64),
)


@hook("void(voidptr, uint64, uint32, CPointer(int64))")
def count_block(engine: Engine, address: Number, size: Number, table: Table) -> None:
    """Unicorn's UC_HOOK_BLOCK: count this block and its cycles, or stop before it.

    Whatever it calls, it calls last: so it needs no stack, which would take as long as all else.
    """
    start = int64(address)
    end = start + int64(size)
    last = table[at.LAST_ENTRY]
    if table[at.STOP] != 0 or table[at.CYCLES] >= table[at.DEADLINE] or _unmasked(table, last):
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
    way = _leave(table, last, start)
    missing = table[entry + at.STAMP] ^ table[at.CODE_STAMP]
    if missing | (table[entry + at.EXECUTIONS] >= table[entry + at.NEXT_LOOK]):
        _count_with_look(engine, table, entry, start, end, way)
    else:
        _enter(table, entry, start, end, way, table[entry + at.COST + way])


@hook("void(voidptr, CPointer(int64), int64, int64, int64, int64)")
def count_with_look(
    engine: Engine, table: Table, entry: Number, start: Number, end: Number, way: Number
) -> None:
    """The rest of `count_block` where the block's lines may have left a cache."""
    cost = table[entry + at.COST + way]  # a look changes it, but for later executions
    _enter(table, entry, start, end, way, cost + look_up(engine, table, entry, start, end))


@compiled
def _unmasked(table: Table, last: Number) -> Number:
    """Whether the last block may have lifted the mask that holds an exception back; at a run's start none."""
    return table[at.PENDING] != 0 and table[at.LAST_START] >= 0 and table[last + at.UNMASKS] != 0


@compiled
def _leave(table: Table, last: Number, start: Number) -> Number:
    """Count what the branch at the last block's end cost that leads to `start`, and tell the way in there."""
    taken = table[at.LAST_END] != start
    penalty = table[last + at.PENALTY]
    history = table[last + at.HISTORY]
    case = 2 * table[at.LAST_WAY] + int64(taken)
    way = int64(taken) + (table[last + at.ONWARD] >> at.ONWARD_BITS * case & (1 << at.ONWARD_BITS) - 1)
    if penalty > 0:
        if (history >= at.PREDICTED_TAKEN) != taken:
            table[at.CYCLES] += penalty
            way = int64(taken)
        table[last + at.HISTORY] = min(history + 1, 3) if taken else max(history - 1, 0)
    elif penalty < 0:
        if history != start:
            table[at.CYCLES] -= penalty
        table[last + at.HISTORY] = start
    return way


@compiled
def _enter(table: Table, entry: Number, start: Number, end: Number, way: Number, cost: Number) -> None:
    """Count a block by what it costs."""
    table[at.CYCLES] += cost
    if table[entry + at.TIGHT] != 0:
        table[at.TIGHT_CYCLES] += cost
    table[entry + at.EXECUTIONS] += 1
    table[at.LAST_START] = start
    table[at.LAST_END] = end
    table[at.LAST_COST] = cost
    table[at.LAST_ENTRY] = entry
    table[at.LAST_WAY] = way
