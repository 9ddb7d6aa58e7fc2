"""Exclusive monitor, stack limits and lazy stacking: parts of the engine's state that no register reaches.

Unicorn copies a core's state out and back as one block of bytes. Where a part lies in it is found out by a
core that was made for this alone and has known values there.
"""

from __future__ import annotations

import ctypes
import struct
from enum import IntEnum
from functools import cache

from unicorn import Uc, arm_const, unicorn_const

from hilbench.errors import VirtualBoardError
from hilbench.virtual.core.engine_library import LIBRARY

_CODE, _MARKS = 0x0000_1000, 0x2000_0000
_PROGRAM = bytes.fromhex("50e8001f 82f30a88 83f30b88")
"""LDREX R1, [R0]; MSR MSPLIM, R2; MSR PSPLIM, R3."""
_MONITORED, _VALUE, _MSPLIM, _PSPLIM = _MARKS + 0x124, 0x5A17_C0DE, 0x1357_9B88, 0x2468_ACE8
_WORD = 4
_BANKED = 2 * _WORD
"""Bytes of a register that there is one of for each security state, the secure one behind the other."""
_NOTHING = 0xFFFF_FFFF
_FPCCR_OF_QEMU = (0x8000_0000, 0xC000_0004)
"""After reset; what tells that the layout is the expected one."""


class Part(IntEnum):
    """Words of the state, by their distance from MSPLIM or, for the monitor, from its own place."""

    MSPLIM = 0
    PSPLIM = 1
    FPCAR = 2
    FPCCR = 3
    FPDSCR = 4
    CPACR = 5


class EngineState:
    """A copy of a core's state, to look into and to put back; never while the core executes.

    Args:
        engine: whose state it is.

    Raises:
        VirtualBoardError: this version of Unicorn lays its state out otherwise.
    """

    def __init__(self, engine: Uc) -> None:
        self._engine = engine._uch
        self._copy = engine.context_save()
        self._monitor, self._limits = _layout()
        self._place = self._copy.context
        words = self._copy.size // _WORD
        self._words = ctypes.cast(self._copy.context, ctypes.POINTER(ctypes.c_uint32 * words)).contents

    def fetch(self) -> None:
        """Copy the state out."""
        LIBRARY.uc_context_save(self._engine, self._place)

    def put_back(self) -> None:
        """Make the copy the core's state."""
        LIBRARY.uc_context_restore(self._engine, self._place)

    def __getitem__(self, part: Part) -> int:
        """A part of the copy."""
        word: int = self._words[self._limits + 2 * part + 1]
        return word

    def __setitem__(self, part: Part, value: int) -> None:
        """Change a part of the copy, for both security states."""
        place = self._limits + 2 * part
        self._words[place] = self._words[place + 1] = value

    def clear_monitor(self) -> None:
        """Have the copy's exclusive monitor watch nothing, as CLREX does."""
        self._words[self._monitor] = self._words[self._monitor + 1] = _NOTHING


@cache
def _layout() -> tuple[int, int]:
    """Places of the exclusive monitor's address and of MSPLIM's two banks, in words."""
    engine = Uc(unicorn_const.UC_ARCH_ARM, unicorn_const.UC_MODE_THUMB)
    engine.ctl_set_cpu_model(arm_const.UC_CPU_ARM_CORTEX_M33)
    for page in (_CODE, _MARKS):
        engine.mem_map(page, 0x1000)
    engine.mem_write(_CODE, _PROGRAM)
    engine.mem_write(_MONITORED, _VALUE.to_bytes(4, "little"))
    for register, value in ((0, _MONITORED), (2, _MSPLIM), (3, _PSPLIM)):
        engine.reg_write(arm_const.UC_ARM_REG_R0 + register, value)
    engine.emu_start(_CODE | 1, _CODE + len(_PROGRAM))
    copy = engine.context_save()
    state = ctypes.string_at(copy.context, copy.size)
    monitor = state.find(struct.pack("<2Q", _MONITORED, _VALUE))
    limits = state.find(struct.pack("<4I", 0, _MSPLIM, 0, _PSPLIM))
    reset = state[limits + _BANKED * Part.FPCCR :][:_BANKED]
    if monitor < 0 or limits < 0 or reset != struct.pack("<2I", *_FPCCR_OF_QEMU):
        raise VirtualBoardError(
            "This version of Unicorn is unknown here; install the one that hilbench names."
        )
    return monitor // _WORD, limits // _WORD
