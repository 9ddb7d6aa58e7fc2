"""Keeps the hooks' machine code between two processes, and loads it."""

from __future__ import annotations

import ctypes
import hashlib
import importlib
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite
import numpy as np
from llvmlite import binding as llvm
from numpy.typing import NDArray

from hilbench.paths import user_cache_dir
from hilbench.virtual.core.engine_library import LIBRARY, forget_pages
from hilbench.virtual.core.native.replacements import INSIDE, REPLACEMENTS, WORDS, known, replace
from hilbench.virtual.core.system_page import write_elsewhere

_MODULES = ("blocks", "caches", "divisions", "maintenance", "translation")
_OF_REPLACEMENTS = ("additions", "loads")
_HOOKS = (
    *("count_block", "count_with_look", "invalidate", "correct_division", "maintain", "fill_page"),
    *(REPLACEMENTS if known() else ()),
)
_OF_THE_EMULATOR = (
    "uc_emu_stop",
    "uc_reg_read",
    "uc_reg_read_batch",
    "uc_reg_write",
    *(INSIDE if known() else ()),
)
_OF_PYTHON = {
    "write_register": write_elsewhere,
    "forget_pages": ctypes.CFUNCTYPE(None, ctypes.c_void_p)(forget_pages),
}
"""Functions that hooks call."""
_PREFIX = "hilbench_"
_SOURCES = (*Path(__file__).parent.glob("*.py"), Path(__file__).parent.parent / "layout.py")
_DIGEST_BYTES = 32


def hook(name: str) -> int:
    """Address of a hook's C function in this process."""
    address: int = _load()[_PREFIX + name]
    return address


def call(name: str, table: NDArray[np.int64]) -> None:
    """Have a hook that takes nothing but the table work on it."""
    ctypes.CFUNCTYPE(None, ctypes.c_void_p)(hook(name))(table.ctypes.data)


@cache
def _load() -> Any:  # noqa: ANN401  # llvmlite has no types
    """The hooks linked with what they call."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    features = llvm.get_host_cpu_features().flatten()
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=features, opt=3, reloc="pic", codemodel="small"
    )
    library = llvm.JITLibraryBuilder().add_object_img(_object_code(machine, features))
    library.add_current_process()
    for name in _OF_THE_EMULATOR:
        library.import_symbol(name, _address(getattr(LIBRARY, name)))
    for name, words in WORDS.items():
        library.import_symbol(_PREFIX + name, words.ctypes.data)
    for name, function in _OF_PYTHON.items():
        library.import_symbol(_PREFIX + name, _address(function))
    for name in _HOOKS:
        library.export_symbol(_PREFIX + name)
    linked = library.link(llvm.create_lljit_compiler(machine), "hooks")
    if known():
        replace(lambda name: int(linked[_PREFIX + name]))
    return linked


def _address(function: Any) -> int:  # noqa: ANN401  # of any ctypes prototype
    return ctypes.cast(function, ctypes.c_void_p).value or 0


def _object_code(machine: Any, features: str) -> bytes:  # noqa: ANN401
    """The object file: the one kept, or where none came from these sources, compiled and kept."""
    made_for = f"{llvmlite.__version__} {llvm.get_host_cpu_name()} {features} {_HOOKS}"
    state = hashlib.sha256(made_for.encode())
    for source in sorted(_SOURCES):
        state.update(source.read_bytes())
    kept = user_cache_dir() / "native" / f"{state.hexdigest()[:16]}.o"
    with suppress(OSError):
        check, code = kept.read_bytes()[:_DIGEST_BYTES], kept.read_bytes()[_DIGEST_BYTES:]
        if hashlib.sha256(code).digest() == check:
            return code
    code = _compile(machine)
    with suppress(OSError):  # without a folder to keep it in, each process compiles it
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as scratch:
            scratch.write(hashlib.sha256(code).digest() + code)
        Path(scratch.name).replace(kept)
    return code


def _compile(machine: Any) -> bytes:  # noqa: ANN401
    compiling = importlib.import_module("hilbench.virtual.core.native.compiling")
    for name in (*_MODULES, *(_OF_REPLACEMENTS if known() else ())):
        importlib.import_module(f"hilbench.virtual.core.native.{name}")
    ours = (_PREFIX + name for name in (*_OF_PYTHON, *_HOOKS, *WORDS))
    called = (*_OF_THE_EMULATOR, *ours)
    code: bytes = compiling.object_code(machine, called)
    return code
