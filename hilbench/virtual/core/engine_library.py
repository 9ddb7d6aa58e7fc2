"""Unicorn's shared library, for calls that its Python binding has no form of."""

from __future__ import annotations

import ctypes
from pathlib import Path

import unicorn
from unicorn import UcError, unicorn_const

_CTL_RW_SHIFT = 30
LIBRARY_FILE = next((Path(unicorn.__file__).parent / "lib").glob("libunicorn.so*"))
LIBRARY = ctypes.CDLL(str(LIBRARY_FILE))


def check(status: int) -> None:
    """Turn what a call of the library returns into an exception.

    Raises:
        UcError: the emulator refused.
    """
    if status != unicorn_const.UC_ERR_OK:
        raise UcError(status)


def forget_pages(engine: int) -> None:
    """Have the emulator ask anew what may be done with each page.

    Args:
        engine: its handle.

    Raises:
        UcError: the emulator refuses.
    """
    flush = unicorn_const.UC_CTL_IO_WRITE << _CTL_RW_SHIFT | unicorn_const.UC_CTL_TLB_FLUSH
    check(LIBRARY.uc_ctl(ctypes.c_void_p(engine), flush))
