"""The hook that fills the emulator's translation lookaside buffer: what may be done with a page.

The emulator looks at every store to a page that may be executed, as it may hold code; to others it stores at
once. So a page may be executed only once code was fetched from it, and from then on.

Before it asks, the emulator restores the state of the instruction that makes the access. Its translated code,
which then goes on, takes the place in an IT block, part of the xPSR, to be zero until it ends. Left as
restored, it would make the first instructions of what is looked up next conditional. So the hook clears it.
"""

from __future__ import annotations

from numba import int64, types
from unicorn import arm_const, unicorn_const

from hilbench.virtual.core import layout as at
from hilbench.virtual.core.native.compiling import Engine, Number, Table, hook
from hilbench.virtual.core.registers import THUMB

_FETCH = unicorn_const.UC_MEM_FETCH
_READ_WRITE = unicorn_const.UC_PROT_READ | unicorn_const.UC_PROT_WRITE
"""Rights to read and write; refusals, in a hole too, follow later from the emulator's memory map."""
_EXECUTE = unicorn_const.UC_PROT_EXEC
_EIGHTH_SHIFT = 29
_EXECUTE_NEVER = 0b1110_0100
"""Eighths of the address space for data alone (ARMv7-M ARM, B3.1): peripherals, devices, the system."""
_STATUS = arm_const.UC_ARM_REG_EPSR
"""Part of the xPSR that holds the Thumb state and the place in an IT block."""

_write_register = types.ExternalFunction(
    "uc_reg_write", types.int32(types.voidptr, types.int32, types.CPointer(int64))
)
_forget_pages = types.ExternalFunction("hilbench_forget_pages", types.void(types.voidptr))


@hook("uint8(voidptr, uint64, int32, CPointer(int64), CPointer(int64))")
def fill_page(engine: Engine, page: Number, access: Number, entry: Table, table: Table) -> Number:
    """Unicorn's UC_HOOK_TLB_FILL: enter where a page lies and what may be done with it; 0 refuses a fetch."""
    address = int64(page)
    slot = at.EXECUTED + (address >> at.PAGE_SHIFT)
    bit = int64(1) << (address >> at.EXECUTED_SHIFT & 63)
    if access == _FETCH and table[slot] & bit == 0:
        if _EXECUTE_NEVER >> (address >> _EIGHTH_SHIFT) & 1 != 0:
            return 0
        table[slot] |= bit
        _forget_pages(engine)  # in another mode of the core it may stand as one that holds no code
    if access != _FETCH:
        entry[0] = THUMB
        _write_register(engine, _STATUS, entry)
    entry[0] = address
    entry[1] = _READ_WRITE | (_EXECUTE if table[slot] & bit != 0 else 0)
    return 1
