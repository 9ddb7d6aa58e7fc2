"""The hook that runs natively before a division, and corrects its expected cost by the operands."""

from __future__ import annotations

import math
from typing import Any

from llvmlite import ir
from numba import carray, cfunc, int64, types
from numba.extending import intrinsic

from hilbench.virtual.core import layout as at
from hilbench.virtual.core.engine_library import Part, compiled

# What one hook works on: indexes into an int64 array.
TABLE = 0
"""Address of the table."""
CORRECTIONS = 1
"""Address of the parts of cycles to add, in the order of `Divider.outcomes`."""
SIGNED = 2
DIVIDEND, DIVISOR = 3, 4
"""Unicorn's numbers of the registers."""
DIVIDEND_PLACE, DIVISOR_PLACE = 5, 6
"""Addresses of the next two."""
DIVIDEND_VALUE, DIVISOR_VALUE = 7, 8
ADDED = 9
"""Parts of cycles that were added last."""
ADDED_AT = 10
"""What CYCLES was then."""
DIVISION = 11

Number = Any
"""An int64, as Numba sees it."""

_read_register = types.ExternalFunction("uc_reg_read", types.int32(types.voidptr, types.int32, types.uintp))


@intrinsic  # type: ignore[untyped-decorator]
def _pointer(_context: Part, _address: Part) -> Part:
    """In compiled functions: an address of this process as a pointer."""

    def generate(_context: Part, builder: Part, _signature: Part, arguments: Part) -> Part:
        (address,) = arguments
        return builder.inttoptr(address, ir.IntType(8).as_pointer())

    return types.voidptr(int64), generate


@compiled
def _bits(value: Number, signed: Number) -> Number:
    """Significant bits of a word's magnitude."""
    if signed != 0 and value >> 31 != 0:
        value = (1 << 32) - value
    return math.frexp(float(value))[1]


@cfunc("void(voidptr, uint64, uint32, voidptr)", cache=True)  # type: ignore[untyped-decorator]
def correct_division(engine: int, _address: int, _size: int, state: int) -> None:
    """Unicorn's UC_HOOK_CODE: add what this division takes more than the block's cost says."""
    division = carray(state, (1,), int64)
    table = carray(_pointer(division[TABLE]), (1,), int64)
    if table[at.STOPPED] != 0:
        return  # the block does not begin this time
    corrections = carray(_pointer(division[CORRECTIONS]), (1,), int64)
    _read_register(engine, division[DIVIDEND], division[DIVIDEND_PLACE])
    _read_register(engine, division[DIVISOR], division[DIVISOR_PLACE])
    dividend = _bits(division[DIVIDEND_VALUE], division[SIGNED])
    divisor = _bits(division[DIVISOR_VALUE], division[SIGNED])
    outcome = 0 if dividend == 0 or divisor == 0 else max(dividend - divisor + 2, 1)
    added = corrections[outcome]
    table[at.CYCLES] += added
    table[at.TIGHT_CYCLES] += added * table[table[at.LAST_ENTRY] + at.TIGHT]
    division[ADDED] = added
    division[ADDED_AT] = table[at.CYCLES]
