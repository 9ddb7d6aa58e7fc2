"""Unicorn set up: a core of the right kind, the bus in its address space, the native block hook."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from unicorn import Uc, arm_const, unicorn_const

from hilbench.virtual.bus import PAGE, Bus
from hilbench.virtual.core.engine_library import LIBRARY, check
from hilbench.virtual.core.native import machine_code
from hilbench.virtual.core.system_page import SYSTEM_PAGE, SystemPage, read_elsewhere, system_pages

_MODELS = {
    "cortex-m0+": arm_const.UC_CPU_ARM_CORTEX_M0,
    "cortex-m3": arm_const.UC_CPU_ARM_CORTEX_M3,
    "cortex-m4": arm_const.UC_CPU_ARM_CORTEX_M4,
    "cortex-m7": arm_const.UC_CPU_ARM_CORTEX_M7,
    "cortex-m33": arm_const.UC_CPU_ARM_CORTEX_M33,
}

_TRANSLATED_BYTES = 64 << 20
"""Room for translated code, used up before all is translated anew. Unicorn's own choice is 1 GiB."""

ReadRegister = Callable[[Uc, int, int, int], int]
"""Takes engine, offset, size and the window's base."""
WriteRegister = Callable[[Uc, int, int, int, int], None]
"""Takes engine, offset, size, value and the window's base."""


def create_engine(core: str) -> Uc:
    """An emulator of `core`, with nothing in its address space."""
    # With UC_MODE_MCLASS it would be a Cortex-M33, whatever model is set afterwards.
    engine = Uc(unicorn_const.UC_ARCH_ARM, unicorn_const.UC_MODE_THUMB)
    engine.ctl_set_cpu_model(_MODELS[core])
    engine.ctl_set_tcg_buffer_size(_TRANSLATED_BYTES)
    return engine


def map_bus(
    engine: Uc, bus: Bus, read: ReadRegister, write: WriteRegister, left_out: range = range(0)
) -> None:
    """Give the engine the bus's memories in place, and its bridges through `read` and `write`.

    Args:
        engine: what has nothing in its address space yet.
        bus: what belongs there.
        read: answers reads of peripherals.
        write: takes writes to them.
        left_out: addresses in one of the bridges that somebody else answers.
    """
    # The largest first: blocks that follow a smaller one share the numbers by which Unicorn 2.1.4 tells bytes
    # of memory apart, so that each store to one of them throws away the code translated from another.
    for block in sorted(bus.blocks, key=lambda block: block.size, reverse=True):
        rights = unicorn_const.UC_PROT_READ | unicorn_const.UC_PROT_EXEC
        if block.writable:
            rights |= unicorn_const.UC_PROT_WRITE
        size = (block.size + PAGE - 1) // PAGE * PAGE
        engine.mem_map_ptr(block.base, size, rights, block.data.ctypes.data)
    for part in (part for window in bus.windows for part in _without(window, left_out)):
        engine.mmio_map(part.start, len(part), read, part.start, write, part.start)


def _without(window: range, hole: range) -> tuple[range, ...]:
    if not hole or hole.start not in window:
        return (window,)
    parts = (range(window.start, hole.start), range(hole.stop, window.stop))
    return tuple(part for part in parts if part)


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
    system_pages[key] = page
    status = LIBRARY.uc_mmio_map(
        engine._uch,
        ctypes.c_uint64(SYSTEM_PAGE),
        ctypes.c_size_t(PAGE),
        read_elsewhere,
        ctypes.c_void_p(key),
        ctypes.c_void_p(machine_code.hook("maintain")),
        ctypes.c_void_p(key),
    )
    check(status)


def add_page_hook(engine: Uc, table: NDArray[np.int64]) -> None:
    """Have the hook `fill_page` say, with `table`, where a page lies and what may be done with it.

    Raises:
        UcError: the emulator refuses.
    """
    engine.ctl_set_tlb_mode(unicorn_const.UC_TLB_VIRTUAL)
    _add_hook(engine, unicorn_const.UC_HOOK_TLB_FILL, machine_code.hook("fill_page"), table, 1, 0)


def add_block_hook(engine: Uc, table: NDArray[np.int64]) -> None:
    """Have the hook `count_block` called, with `table`, at every basic block.

    Raises:
        UcError: the emulator refuses.
    """
    _add_hook(engine, unicorn_const.UC_HOOK_BLOCK, machine_code.hook("count_block"), table, 1, 0)


def add_division_hook(engine: Uc, state: NDArray[np.int64], address: int) -> int:
    """Have the hook `correct_division` called, with `state`, before the instruction at `address`.

    Returns:
        The hook's handle.

    Raises:
        UcError: the emulator refuses.
    """
    callback = machine_code.hook("correct_division")
    return _add_hook(engine, unicorn_const.UC_HOOK_CODE, callback, state, address, address)


def remove_native_hook(engine: Uc, handle: int) -> None:
    """Undo `add_division_hook`.

    Raises:
        UcError: there is no such hook.
    """
    check(LIBRARY.uc_hook_del(engine._uch, ctypes.c_size_t(handle)))


def _add_hook(engine: Uc, kind: int, callback: int, state: NDArray[np.int64], first: int, last: int) -> int:
    # The Python binding hooks Python functions only; this one must not cost a call into Python.
    handle = ctypes.c_size_t()
    status = LIBRARY.uc_hook_add(
        engine._uch,
        ctypes.byref(handle),
        ctypes.c_int(kind),
        ctypes.c_void_p(callback),
        ctypes.c_void_p(state.ctypes.data),
        ctypes.c_uint64(first),
        ctypes.c_uint64(last),
    )
    check(status)
    return handle.value
