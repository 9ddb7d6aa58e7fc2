"""Functions inside the emulator that hooks take the place of, and the versions that have them.

They are no part of Unicorn's interface. Every other version than those named here runs with its own.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable

import numpy as np
import unicorn

from hilbench.virtual.core.engine_library import LIBRARY, LIBRARY_FILE
from hilbench.virtual.core.interposition import LinkageTable

_VERSIONS = ("2.1.4",)
"""Versions of Unicorn in which refused loads end a run by themselves and operations have known numbers."""
_CHECK = "check_exit_request_arm"
_LOADS = {
    _CHECK: "check_unless_load",
    "tcg_gen_qemu_ld_i32_arm": "load_32",
    "tcg_gen_qemu_ld_i64_arm": "load_64",
}
_CALLS = {"tcg_gen_callN_arm": "call_or_add"}
REPLACEMENTS = (*_LOADS.values(), *_CALLS.values())
"""Hooks in place of functions of the emulator."""
_HELPERS = ("tcg_gen_op2_arm", "tcg_gen_op3_arm", "tcg_const_i32_arm")
_TEMPORARIES = ("tcg_temp_new_internal_arm", "tcg_temp_free_internal_arm")
INSIDE = (*_LOADS, *_CALLS, *_HELPERS, *_TEMPORARIES)
"""Functions inside the emulator that those hooks call."""
WORDS = {"translation": np.zeros(4, np.int64), "addition": np.zeros(3, np.int64)}
"""Words that those hooks work on, by name."""
_ADDITION = "helper_add_setq_arm"
_SETS_FLAG = re.compile(rb"\xc7\x87(....)\x01\0\0\0", re.DOTALL)
"""Instruction of an x86-64 that puts 1 behind what its first argument points to, MOV [RDI + n], 1."""
_COUNTED = "tcg_emit_op_arm"
_COUNTS = re.compile(rb"\x83\x47(.)\x01", re.DOTALL)
"""Instruction that counts what its first argument points to, ADD [RDI + n], 1."""
_UNCHECKED = re.compile(rb"\x48\x8b\xb7(....)\x80\xbe(....)\0", re.DOTALL)
"""Instructions that look into the engine of a translation whether it is not to check, MOV RSI, [RDI + n] and
CMP byte [RSI + m], 0."""
_LONGEST = 96
"""Bytes of a function in which such an instruction is looked for."""


def known() -> bool:
    """Whether this version of Unicorn is one whose functions may be replaced."""
    return unicorn.__version__ in _VERSIONS


def replace(address_of: Callable[[str], int]) -> None:
    """Have the emulator call the hooks.

    Args:
        address_of: the address of a hook by its name.
    """
    flag, count = _found(_SETS_FLAG, _ADDITION), _found(_COUNTS, _COUNTED)
    unchecked = _found(_UNCHECKED, _CHECK)
    if not (flag and count and unchecked):  # another processor's machine code
        return
    WORDS["translation"][1:] = *count, *unchecked
    WORDS["addition"][:] = _address(_ADDITION), *flag, *count
    table = LinkageTable(LIBRARY, LIBRARY_FILE)
    for name, hook in (_LOADS | _CALLS).items():
        table.replace(name, address_of(hook))


def _found(pattern: re.Pattern[bytes], name: str) -> tuple[int, ...]:
    """Numbers that instructions of a function have; none where it has no such instructions."""
    found = pattern.search(ctypes.string_at(_address(name), _LONGEST))
    return () if found is None else tuple(int.from_bytes(each, "little") for each in found.groups())


def _address(name: str) -> int:
    return ctypes.cast(getattr(LIBRARY, name), ctypes.c_void_p).value or 0
