"""The page of the System Control Space: cache maintenance is answered natively, the rest in Python.

Firmware writes hundreds of maintenance registers in a row; `native.maintenance` takes those.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from weakref import WeakValueDictionary

from hilbench.virtual.bus import PAGE

SYSTEM_PAGE = 0xE000_E000
"""The page that the registers share with the rest of the System Control Space."""
SYSTEM_ADDRESSES = range(SYSTEM_PAGE, SYSTEM_PAGE + PAGE)

ReadRegister = Callable[[int, int], int]
"""Takes address and size."""
WriteRegister = Callable[[int, int, int], None]
"""Takes address, size and value."""

_READ = ctypes.CFUNCTYPE(ctypes.c_uint64, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint, ctypes.c_void_p)
_WRITE = ctypes.CFUNCTYPE(
    None, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint, ctypes.c_uint64, ctypes.c_void_p
)


class SystemPage:
    """Callbacks in Python for the registers of the page that are not answered natively.

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


system_pages: WeakValueDictionary[int, SystemPage] = WeakValueDictionary()
"""System pages by the address of the table that belongs to the core."""


def _read(_engine: int, offset: int, size: int, table: int) -> int:
    return system_pages[table].read(offset, size)


def _write(_engine: int, offset: int, size: int, value: int, table: int) -> None:
    system_pages[table].write(offset, size, value)


read_elsewhere, write_elsewhere = _READ(_read), _WRITE(_write)
"""Unicorn's callbacks for the page, of which the hook calls the second."""
