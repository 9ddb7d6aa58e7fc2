"""Unicorn's shared library, what is linked with it, and where Numba keeps that between two processes."""

from __future__ import annotations

import ctypes
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import unicorn
from llvmlite import binding as llvm
from llvmlite import ir
from numba import config, int64, njit
from numba.extending import intrinsic
from unicorn import UcError, unicorn_const

Part = Any
"""What takes part in generating code; Numba has no types for it."""
F = TypeVar("F", bound=Callable[..., object])

_PATH = str(next((Path(unicorn.__file__).parent / "lib").glob("libunicorn.so*")))
LIBRARY = ctypes.CDLL(_PATH)
"""Unicorn's shared library, for calls that its Python binding has no form of."""
_COMPILED_FROM = ("layout.py", "native.py", "native_cache.py", "native_division.py", "cache_maintenance.py")


def _keep_what_is_compiled() -> None:
    """Numba looks at one function's file to tell whether it is stale; the hooks are made from several."""
    sources = b"".join((Path(__file__).parent / name).read_bytes() for name in _COMPILED_FROM)
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hilbench" / "native"
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or caches) / hashlib.sha256(sources).hexdigest()[:16]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return  # Numba then finds a place of its own
    config.CACHE_DIR = str(folder)


llvm.load_library_permanently(_PATH)
_keep_what_is_compiled()


def check(status: int) -> None:
    """Turn what a call of the library returns into an exception.

    Raises:
        UcError: the emulator refused.
    """
    if status != unicorn_const.UC_ERR_OK:
        raise UcError(status)


def compiled(function: F) -> F:
    """Have Numba compile a function, for hooks to call."""
    made: F = njit(cache=True)(function)
    return made


@intrinsic  # type: ignore[untyped-decorator]
def word_at(_context: Part, _address: Part) -> Part:
    """In compiled functions: the 32-bit word at an address of this process, zero-extended."""

    def generate(_context: Part, builder: Part, _signature: Part, arguments: Part) -> Part:
        (address,) = arguments
        pointer = builder.inttoptr(address, ir.IntType(32).as_pointer())
        return builder.zext(builder.load(pointer), ir.IntType(64))

    return int64(int64), generate
