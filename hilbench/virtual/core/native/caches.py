"""The caches as the native hooks see them; `layout` says where in the table they are.

The instruction cache is looked up line by line, but only where a line may have left it since the block
was last executed. Of data either every access is looked up in the sets and ways, or now and then one
stands for those since the last: then each line carries how many had left the cache when it was accessed
last, and is still there with the probability that random replacement leaves it: exp(-left since / lines).
"""

from __future__ import annotations

import math

from numba import int64, types

from hilbench.virtual.core import layout as at
from hilbench.virtual.core.native.compiling import Engine, Number, Table, compiled, hook, word_at

LONGEST_GAP = 31
"""Most executions of a block that one look at its accesses represents; a prime, so that looks do not
fall on the same elements of an array lap by lap."""
_LOOKS_A_GAP = 64
"""Looks go apart so slowly that a short loop's last executions, behind its last look, are few."""
_LONGEST_STRIDE = 16
"""Lines between two accesses of one walk through memory; what is farther apart is none."""
_LONG_AGO = 64
"""Evictions, in cache sizes, after which nothing of before is left."""
_MOST_MOVES = 32
"""Times that a block's schedule follows it to other memories; one that goes to and fro would take long."""
_LINES_A_PAGE = 1 << at.PAGE_SHIFT - at.LINE_SHIFT

_read_registers = types.ExternalFunction(
    "uc_reg_read_batch", types.int32(types.voidptr, types.uintp, types.uintp, types.int32)
)


@compiled
def look_up(engine: Engine, table: Table, entry: Number, start: Number, end: Number) -> Number:
    """Look up a block whose lines may have left the instruction cache, or whose data is due for a look.

    Returns:
        Cycles that it waits in addition to what it is known to cost.
    """
    wait = int64(0)
    if table[entry + at.STAMP] != table[at.CODE_STAMP]:
        wait += _fill_code(table, entry, start, end)
    if table[entry + at.EXECUTIONS] >= table[entry + at.NEXT_LOOK]:
        wait += _access_data(engine, table, entry)
    return wait


@compiled
def _fill_code(table: Table, entry: Number, start: Number, end: Number) -> Number:
    """Cycles to bring back those of the block's lines that have left the instruction cache."""
    wait = int64(0)
    if table[entry + at.FILL] != 0:
        for line in range(start >> at.LINE_SHIFT, ((end - 1) >> at.LINE_SHIFT) + 1):
            if not _found(table, at.CODE_TAGS, at.CODE_SETS, at.CODE_WAYS, line):
                wait += table[entry + at.FILL]
                table[at.CODE_STAMP] += _insert(table, at.CODE_TAGS, at.CODE_SETS, at.CODE_WAYS, line)
    table[entry + at.STAMP] = table[at.CODE_STAMP]
    if table[entry + at.LOOKED_IN] != table[at.EPOCH] and table[entry + at.PROGRAM] != 0:
        table[entry + at.NEXT_LOOK] = table[entry + at.EXECUTIONS]
    return wait


@compiled
def _access_data(engine: Engine, table: Table, entry: Number) -> Number:
    """Cycles that the block's loads and stores wait for lines, in this execution and since the last look.

    What they wait for memory that is not cached becomes part of what the block costs, until the next look.
    """
    program = table[entry + at.PROGRAM]
    if table[program + at.REGISTER_COUNT] != 0:
        _read_registers(
            engine,
            table[program + at.REGISTER_NUMBERS],
            table[program + at.REGISTER_PLACES],
            table[program + at.REGISTER_COUNT],
        )
    executions = table[entry + at.EXECUTIONS] + 1
    rounds = executions - table[program + at.LAST_LOOK]
    walks = table[entry + at.LOOKED_IN] == table[at.EPOCH]
    if not walks:
        table[program + at.FIRST_LOOK] = executions
    if table[at.EXACT] != 0 or not walks:
        rounds = int64(1)
    wait = int64(0)
    known = table[entry + at.DATA_COST]
    table[entry + at.DATA_COST] = 0
    moved = False
    for number in range(table[program + at.ACCESS_COUNT]):
        access = program + at.ACCESSES + number * at.ACCESS
        region = table[at.REGIONS + (table[access + at.PREVIOUS] >> at.PAGE_SHIFT)]
        wait += _access(table, entry, access, rounds, walks)
        moved |= table[at.REGIONS + (table[access + at.PREVIOUS] >> at.PAGE_SHIFT)] != region
    if moved and walks and table[program + at.MOVES] < _MOST_MOVES:
        table[program + at.MOVES] += 1
        table[entry + at.SIZE] = -table[entry + at.SIZE]
    changed = table[entry + at.DATA_COST] - known
    for way in range(at.WAYS_IN):
        table[entry + at.COST + way] += changed
    wait += changed  # this execution's cost was taken before
    table[program + at.LAST_LOOK] = executions
    table[entry + at.LOOKED_IN] = table[at.EPOCH]
    if table[at.EXACT] == 0:
        since = executions - table[program + at.FIRST_LOOK]
        table[entry + at.NEXT_LOOK] = executions + min(since // _LOOKS_A_GAP, LONGEST_GAP - 1)
    return wait


@compiled
def _access(table: Table, entry: int, access: int, rounds: int, walks: bool) -> Number:
    meta = table[access + at.META]
    span = meta >> at.SPAN & at.SPAN_MASK
    first = table[at.REGISTERS + (meta >> at.FIRST_REGISTER & 31)] << (meta >> at.FIRST_SHIFT & 31)
    second = table[at.REGISTERS + (meta >> at.SECOND_REGISTER & 31)] << (meta >> at.SECOND_SHIFT & 31)
    address = table[access + at.CONSTANT] + first + second & 0xFFFF_FFFF
    if meta >> at.LOADED & 31 != 0:
        table[at.REGISTERS + (meta >> at.LOADED & 31)] = _load(table, address, meta)
    previous = table[access + at.PREVIOUS]
    table[access + at.PREVIOUS] = address
    width = meta >> at.WIDTH & 3
    if width != 0:
        unaligned = table[at.UNALIGNED_LOADS + 4 * (width - 1) + (address & 3)]
        table[entry + at.DATA_COST] += unaligned * (meta >> at.COUNT & at.COUNT_MASK)
    page = table[at.DATA_PAGES + (address >> at.PAGE_SHIFT)]
    if page == 0:
        return int64(0)
    store = meta >> at.IS_STORE & 1
    if table[page + at.CACHED] == 0:
        table[entry + at.DATA_COST] += table[page + at.LOAD_WAIT + store] * (meta >> at.COUNT & at.COUNT_MASK)
        return int64(0)
    wait = int64(0)
    stands_for = int64(1)
    if rounds > 1 and walks:
        if abs(address - previous) >> at.LINE_SHIFT <= rounds * _LONGEST_STRIDE:
            wait = _walk(table, previous, address, rounds * ((span >> at.LINE_SHIFT) + 1), store)
        else:
            stands_for = rounds
    for line in range(address >> at.LINE_SHIFT, (address + span >> at.LINE_SHIFT) + 1):
        wait += _touch(table, line, store, stands_for)
    return wait


@compiled
def _load(table: Table, address: Number, meta: Number) -> Number:
    """Value that a load at `address` brings before the block executes; 0 outside of memory."""
    page = table[at.HOST_PAGES + (address >> at.PAGE_SHIFT)]
    if page == 0:
        return int64(0)
    size = meta >> at.LOADED_BYTES & 7
    value = word_at(page + (address & at.PAGE_BYTES - 4))
    value = value >> 8 * (address & 4 - size) & (1 << 8 * size) - 1
    if meta >> at.LOADED_SIGN & 1 != 0 and value >> 8 * size - 1 != 0:
        value -= 1 << 8 * size
    return value


@compiled
def _walk(table: Table, previous: int, address: int, most: int, store: int) -> Number:
    """The lines accessed between two looks, taken to lie evenly on the way from one to the other."""
    distance = address - previous
    steps = min(abs(distance) + at.LINE_BYTES - 1 >> at.LINE_SHIFT, most)
    wait = int64(0)
    for step in range(1, steps):
        wait += _touch(table, previous + distance * step // steps >> at.LINE_SHIFT, store, 1)
    return wait


@compiled
def _touch(table: Table, line: int, store: int, stands_for: int) -> Number:
    """Cycles that an access to a line waits, and those to others that it stands for."""
    page = table[at.DATA_PAGES + (line >> at.PAGE_SHIFT - at.LINE_SHIFT)]
    if page == 0 or table[page + at.CACHED] == 0:
        return int64(0)
    wait = table[page + at.LOAD_WAIT + store]
    if table[at.EXACT] != 0:
        if _found(table, at.DATA_TAGS, at.DATA_SETS, at.DATA_WAYS, line):
            return int64(0)
        _insert(table, at.DATA_TAGS, at.DATA_SETS, at.DATA_WAYS, line)
        return wait
    stamp = page + at.STAMPS + (line & _LINES_A_PAGE - 1)
    age = table[at.EVICTED] - table[stamp]
    if age == 0:
        return int64(0)
    capacity = table[at.DATA_SETS] * table[at.DATA_WAYS] * at.LINE_PARTS
    fills = int64(round(at.LINE_PARTS * (1 - math.exp(-age / capacity))))
    if age < _LONG_AGO * capacity:  # one that was there before; a new one stands for itself
        fills *= stands_for
    table[at.RESIDENT] += fills
    if table[at.RESIDENT] > capacity:
        table[at.EVICTED] += table[at.RESIDENT] - capacity
        table[at.RESIDENT] = capacity
    table[stamp] = table[at.EVICTED]
    return wait * fills // at.LINE_PARTS


@compiled
def _found(table: Table, tags: int, sets: int, ways: int, line: int) -> Number:
    count = table[ways]
    first = tags + (line & table[sets] - 1) * count
    for way in range(first, first + count):  # noqa: SIM110  # Numba knows no any()
        if table[way] == line:
            return True
    return False


@compiled
def _insert(table: Table, tags: int, sets: int, ways: int, line: int) -> Number:
    """Put a line into its set, in the place of any other; 1 if that had to leave."""
    count = table[ways]
    first = tags + (line & table[sets] - 1) * count
    for way in range(first, first + count):
        if table[way] == at.EMPTY:
            table[way] = line
            return int64(0)
    table[at.SEED] = table[at.SEED] * 1103515245 + 12345 & 0x7FFF_FFFF
    table[first + (table[at.SEED] >> 16 & count - 1)] = line
    return int64(1)


@compiled
def drop_code(table: Table) -> None:
    """Invalidate the instruction cache."""
    for way in range(at.CODE_TAGS, at.CODE_TAGS + table[at.CODE_SETS] * table[at.CODE_WAYS]):
        table[way] = at.EMPTY
    table[at.CODE_STAMP] += 1


@compiled
def drop_data(table: Table) -> None:
    """Invalidate the data cache."""
    lines = table[at.DATA_SETS] * table[at.DATA_WAYS]
    for way in range(at.DATA_TAGS, at.DATA_TAGS + lines):
        table[way] = at.EMPTY
    table[at.EVICTED] += _LONG_AGO * lines * at.LINE_PARTS
    table[at.RESIDENT] = 0
    table[at.SWEPT] = 0
    table[at.EPOCH] += 1
    table[at.CODE_STAMP] += 1  # so that every block looks anew


@compiled
def drop_data_way(table: Table, number: Number, way: Number) -> None:
    """Invalidate a line by its set and way; without sets and ways it counts once all were dropped."""
    lines = table[at.DATA_SETS] * table[at.DATA_WAYS]
    if number < table[at.DATA_SETS] and way < table[at.DATA_WAYS]:
        table[at.DATA_TAGS + number * table[at.DATA_WAYS] + way] = at.EMPTY
        table[at.SWEPT] += 1
        if table[at.SWEPT] >= lines:
            drop_data(table)


@compiled
def drop_data_line(table: Table, line: Number) -> None:
    """Invalidate a line by its address."""
    first = at.DATA_TAGS + (line & table[at.DATA_SETS] - 1) * table[at.DATA_WAYS]
    for way in range(first, first + table[at.DATA_WAYS]):
        if table[way] == line:
            table[way] = at.EMPTY
    page = table[at.DATA_PAGES + (line >> at.PAGE_SHIFT - at.LINE_SHIFT)]
    if page != 0:
        long_ago = _LONG_AGO * table[at.DATA_SETS] * table[at.DATA_WAYS] * at.LINE_PARTS
        table[page + at.STAMPS + (line & _LINES_A_PAGE - 1)] = table[at.EVICTED] - long_ago


@hook("void(CPointer(int64))")
def invalidate(table: Table) -> None:
    """Invalidate both caches."""
    drop_code(table)
    drop_data(table)
