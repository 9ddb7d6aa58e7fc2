"""Functions that take the place of the emulator's own where it translates a load.

Behind each access to memory the emulator generates a call that looks whether somebody asked the core to stop.
A call ends all that it keeps in the host's registers, so that this takes longer than the loads do. Nothing
here asks for a stop in the middle of a load: a refused one ends the run by itself, a peripheral's register
always answers. Stores and hooks before instructions keep the call, in an IT block too, where the emulator
leaves it out although it restores all that the core needs to go on there: a refused store would have the
instructions behind it execute.
"""

from __future__ import annotations

from numba import int64, types

from hilbench.virtual.core.native.compiling import Number, hook, words_at, words_at_symbol

_check = types.ExternalFunction("check_exit_request_arm", types.void(types.int64))
_load_32 = types.ExternalFunction(
    "tcg_gen_qemu_ld_i32_arm",
    types.void(types.int64, types.int64, types.int64, types.int64, types.int32),
)
_load_64 = types.ExternalFunction(
    "tcg_gen_qemu_ld_i64_arm",
    types.void(types.int64, types.int64, types.int64, types.int64, types.int32),
)
_translation = words_at_symbol("hilbench_translation")
"""The translation that is at a load, or 0; where in a translation its count of operations is, and its engine;
and where in an engine the byte is that leaves the call out. Where two threads translate at once, a call too
many may be generated, but never one too few."""
_BYTE = 0xFF
_OPERATIONS = 3
"""Operations that the call and its arguments are; they count, so that long blocks end as ever."""


@hook("void(int64)")
def check_unless_load(translation: Number) -> None:
    """Generate the call, unless it is that behind a load."""
    known = _translation()
    if known[0] != translation:
        unchecked = words_at(words_at(translation + known[2])[0] + known[3])
        before = unchecked[0]
        unchecked[0] = before & ~_BYTE
        _check(translation)
        unchecked[0] = before
    else:
        words_at(translation + known[1])[0] += _OPERATIONS


@hook("void(int64, int64, int64, int64, int32)")
def load_32(translation: Number, value: Number, address: Number, index: Number, operation: Number) -> None:
    """Generate a load of up to a word."""
    _translation()[0] = translation
    _load_32(translation, value, address, index, operation)
    _translation()[0] = int64(0)


@hook("void(int64, int64, int64, int64, int32)")
def load_64(translation: Number, value: Number, address: Number, index: Number, operation: Number) -> None:
    """Generate a load of a double word."""
    _translation()[0] = translation
    _load_64(translation, value, address, index, operation)
    _translation()[0] = int64(0)
