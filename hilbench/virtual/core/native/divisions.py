"""The hook before a division, which corrects its expected cost by the operands."""

from __future__ import annotations

from numba import int64, types

from hilbench.virtual.core import layout as at
from hilbench.virtual.core.native.compiling import Engine, Number, Table, compiled, hook, words_at

_read_register = types.ExternalFunction("uc_reg_read", types.int32(types.voidptr, types.int32, types.uintp))


@compiled
def _bits(value: Number, signed: Number) -> Number:
    """Significant bits of a word's magnitude."""
    if signed != 0 and value >> 31 != 0:
        value = (1 << 32) - value
    bits = int64(0)
    while value != 0:
        value >>= 1
        bits += 1
    return bits


@hook("void(voidptr, uint64, uint32, CPointer(int64))")
def correct_division(engine: Engine, _address: Number, _size: Number, division: Table) -> None:
    """Unicorn's UC_HOOK_CODE: add what this division takes more than the block's cost says."""
    table = words_at(division[at.TABLE])
    if table[at.STOPPED] != 0:
        return  # the block does not begin this time
    corrections = words_at(division[at.CORRECTIONS])
    _read_register(engine, division[at.DIVIDEND], division[at.DIVIDEND_PLACE])
    _read_register(engine, division[at.DIVISOR], division[at.DIVISOR_PLACE])
    dividend = _bits(division[at.DIVIDEND_VALUE], division[at.SIGNED])
    divisor = _bits(division[at.DIVISOR_VALUE], division[at.SIGNED])
    outcome = 0 if dividend == 0 or divisor == 0 else max(dividend - divisor + 2, 1)
    added = corrections[outcome]
    table[at.CYCLES] += added
    table[at.TIGHT_CYCLES] += added * table[table[at.LAST_ENTRY] + at.TIGHT]
    division[at.ADDED] = added
    division[at.ADDED_AT] = table[at.CYCLES]
