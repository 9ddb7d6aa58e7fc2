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
_LOADS = {
    "check_exit_request_arm": "check_unless_load",
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
WORDS = {"translation": np.zeros(1, np.int64), "addition": np.zeros(2, np.int64)}
"""Words that those hooks work on, by name."""
_ADDITION = "helper_add_setq_arm"
_SETS_FLAG = re.compile(rb"\xc7\x87(....)\x01\0\0\0", re.DOTALL)
"""Instruction of an x86-64 that puts 1 behind what its first argument points to, MOV [RDI + n], 1."""
_LONGEST_ADDITION = 64


def known() -> bool:
    """Whether this version of Unicorn is one whose functions may be replaced."""
    return unicorn.__version__ in _VERSIONS


def replace(address_of: Callable[[str], int]) -> None:
    """Have the emulator call the hooks.

    Args:
        address_of: the address of a hook by its name.
    """
    table = LinkageTable(LIBRARY, LIBRARY_FILE)
    for name, hook in _LOADS.items():
        table.replace(name, address_of(hook))
    addition = ctypes.cast(getattr(LIBRARY, _ADDITION), ctypes.c_void_p).value or 0
    flag = _SETS_FLAG.search(ctypes.string_at(addition, _LONGEST_ADDITION))
    if flag is not None:
        WORDS["addition"][:] = addition, int.from_bytes(flag[1], "little")
        for name, hook in _CALLS.items():
            table.replace(name, address_of(hook))
