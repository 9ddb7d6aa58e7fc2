"""The hook that answers writes to the page of cache maintenance registers.

Cortex-M7 TRM (DDI 0489F), 3.3 and ARMv7-M ARM, B3.2.24. Emptying the caches is all that counts here;
memory is always up to date, so that there is nothing to clean.
"""

from __future__ import annotations

from numba import int64, types

from hilbench.virtual.core import layout as at
from hilbench.virtual.core.native.caches import drop_code, drop_data_line, drop_data_way
from hilbench.virtual.core.native.compiling import Engine, Number, Table, hook

_ICIALLU, _ICIMVAU, _DCIMVAC, _DCISW = 0xF50, 0xF58, 0xF5C, 0xF60
_DCCMVAU, _DCCMVAC, _DCCSW, _DCCIMVAC, _DCCISW = 0xF64, 0xF68, 0xF6C, 0xF70, 0xF74
_WAY_SHIFT = 30
"""Shift of the way in DCISW and its kin: the way of four is in the highest bits."""

_write_register = types.ExternalFunction(
    "hilbench_write_register",
    types.void(types.voidptr, types.uint64, types.uint32, types.uint64, types.CPointer(int64)),
)


@hook("void(voidptr, uint64, uint32, uint64, CPointer(int64))")
def maintain(engine: Engine, offset: Number, size: Number, value: Number, table: Table) -> None:
    """Unicorn's callback for a write to the page."""
    register = int64(offset)
    operand = int64(value) & 0xFFFF_FFFF
    if register < _ICIALLU or register > _DCCISW:
        _write_register(engine, offset, size, value, table)
    elif register in (_DCISW, _DCCISW):
        number = operand >> at.LINE_SHIFT & table[at.DATA_SETS] - 1
        drop_data_way(table, number, operand >> _WAY_SHIFT)
    elif register in (_DCIMVAC, _DCCIMVAC):
        drop_data_line(table, operand >> at.LINE_SHIFT)
    elif register in (_ICIALLU, _ICIMVAU):
        drop_code(table)
