"""The cache maintenance registers, answered natively: firmware writes hundreds of them in a row.

Cortex-M7 TRM (DDI 0489F), 3.3 and ARMv7-M ARM, B3.2.24. Emptying the caches is all that counts here;
memory is always up to date, so that there is nothing to clean.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from weakref import WeakValueDictionary

import numpy as np
from llvmlite import binding as llvm
from numba import carray, cfunc, int64, types
from numpy.typing import NDArray
from unicorn import Uc

from hilbench.virtual.bus import PAGE
from hilbench.virtual.core import layout as at
from hilbench.virtual.core.engine_library import LIBRARY, check
from hilbench.virtual.core.native_cache import drop_code, drop_data_line, drop_data_way

SYSTEM_PAGE = 0xE000_E000
"""The page that the registers share with the rest of the System Control Space."""
SYSTEM_ADDRESSES = range(SYSTEM_PAGE, SYSTEM_PAGE + PAGE)
_ICIALLU, _ICIMVAU, _DCIMVAC, _DCISW = 0xF50, 0xF58, 0xF5C, 0xF60
_DCCMVAU, _DCCMVAC, _DCCSW, _DCCIMVAC, _DCCISW = 0xF64, 0xF68, 0xF6C, 0xF70, 0xF74
_WAY_SHIFT = 30
"""Of the way in DCISW and its kin: the way of four stands in the highest bits."""

ReadRegister = Callable[[int, int], int]
"""Takes address and size."""
WriteRegister = Callable[[int, int, int], None]
"""Takes address, size and value."""

_READ = ctypes.CFUNCTYPE(ctypes.c_uint64, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint, ctypes.c_void_p)
_WRITE = ctypes.CFUNCTYPE(
    None, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint, ctypes.c_uint64, ctypes.c_void_p
)


class SystemPage:
    """What answers the rest of the page.

    Args:
        read: answers reads.
        write: takes writes.

    Attributes:
        failure: what one of them has raised; nobody catches it on the way back through the emulator.
    """

    def __init__(self, read: ReadRegister, write: WriteRegister) -> None:
        self._read = read
        self._write = write
        self.failure: BaseException | None = None

    def read(self, offset: int, size: int) -> int:
        """The register at `offset`; 0 after a failure."""
        try:
            return self._read(SYSTEM_PAGE + offset, size)
        except BaseException as failure:  # noqa: BLE001  # told to whoever runs the core
            self.failure = failure
            return 0

    def write(self, offset: int, size: int, value: int) -> None:
        """Write the register at `offset`."""
        try:
            self._write(SYSTEM_PAGE + offset, size, value)
        except BaseException as failure:  # noqa: BLE001  # told to whoever runs the core
            self.failure = failure


_system_pages: WeakValueDictionary[int, SystemPage] = WeakValueDictionary()
"""By the address of the table that belongs to the core."""


def _read(_engine: int, offset: int, size: int, table: int) -> int:
    return _system_pages[table].read(offset, size)


def _write(_engine: int, offset: int, size: int, value: int, table: int) -> None:
    _system_pages[table].write(offset, size, value)


_read_elsewhere, _write_elsewhere = _READ(_read), _WRITE(_write)
_SYMBOL = "hilbench_write_register"
llvm.add_symbol(_SYMBOL, ctypes.cast(_write_elsewhere, ctypes.c_void_p).value)
_forward = types.ExternalFunction(
    _SYMBOL, types.void(types.voidptr, types.uint64, types.uint32, types.uint64, types.voidptr)
)


@cfunc("void(voidptr, uint64, uint32, uint64, voidptr)", cache=True)  # type: ignore[untyped-decorator]
def _maintain(engine: int, offset: int, size: int, value: int, state: int) -> None:
    """Unicorn's callback for a write to the page."""
    table = carray(state, (1,), int64)
    register = np.int64(offset)
    operand = np.int64(value) & 0xFFFF_FFFF
    if register < _ICIALLU or register > _DCCISW:
        _forward(engine, offset, size, value, state)
    elif register in (_DCISW, _DCCISW):
        number = operand >> at.LINE_SHIFT & table[at.DATA_SETS] - 1
        drop_data_way(table, number, operand >> _WAY_SHIFT)
    elif register in (_DCIMVAC, _DCCIMVAC):
        drop_data_line(table, operand >> at.LINE_SHIFT)
    elif register in (_ICIALLU, _ICIMVAU):
        drop_code(table)


def map_system_page(engine: Uc, table: NDArray[np.int64], page: SystemPage) -> None:
    """Have the page's registers answered, those of the caches without a call into Python.

    Args:
        engine: where the page is mapped.
        table: whose caches are emptied.
        page: answers all else; the caller keeps it.

    Raises:
        UcError: the emulator refuses.
    """
    key = int(table.ctypes.data)
    _system_pages[key] = page
    status = LIBRARY.uc_mmio_map(
        engine._uch,
        ctypes.c_uint64(SYSTEM_PAGE),
        ctypes.c_size_t(PAGE),
        _read_elsewhere,
        ctypes.c_void_p(key),
        ctypes.c_void_p(_maintain.address),
        ctypes.c_void_p(key),
    )
    check(status)
