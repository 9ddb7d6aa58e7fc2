"""Function in place of the emulator's own where it translates an addition that may set the Q flag.

A multiplication with accumulation, SMLAD or SMLABB say, sets Q where its sum overflows. The emulator
generates a call for each such sum, two for an SMLAD, and a call ends all that it keeps in registers of the
host. Here the sum and the flag are a few operations of its intermediate code instead.
"""

from __future__ import annotations

from numba import int32, int64, types

from hilbench.virtual.core.native.compiling import Number, Table, compiled, hook, words_at, words_at_symbol

_MOVE, _LOAD, _STORE, _ADD, _AND, _OR, _XOR, _SHIFT_RIGHT = 5, 13, 16, 17, 26, 27, 28, 30
"""Operations on 32 bits by the numbers that they have in Unicorn 2.1.4 (QEMU 5.0.1, tcg-opc.h)."""
_SIGN = 31

_pointer = types.int64
_call = types.ExternalFunction(
    "tcg_gen_callN_arm",
    types.void(_pointer, _pointer, _pointer, types.int32, types.CPointer(types.int64)),
)
_operation_2 = types.ExternalFunction(
    "tcg_gen_op2_arm", types.void(_pointer, types.int32, types.int64, types.int64)
)
_operation_3 = types.ExternalFunction(
    "tcg_gen_op3_arm", types.void(_pointer, types.int32, types.int64, types.int64, types.int64)
)
_new = types.ExternalFunction("tcg_temp_new_internal_arm", _pointer(_pointer, types.int32, types.int32))
_constant = types.ExternalFunction("tcg_const_i32_arm", _pointer(_pointer, types.int32))
_free = types.ExternalFunction("tcg_temp_free_internal_arm", types.void(_pointer, _pointer))
_addition = words_at_symbol("hilbench_addition")
"""Address of the emulator's function that adds and sets Q; place of Q in a core's state; and place in a
translation of the count of operations by which the emulator ends a block that has grown too long."""
_COUNT = 0xFFFF_FFFF
"""Bits of the word there that are the count."""


@hook("void(int64, int64, int64, int32, CPointer(int64))")
def call_or_add(
    translation: Number, function: Number, result: Number, count: Number, arguments: Table
) -> None:
    """Generate a call of a function, but if it only adds and sets Q, what it does."""
    known = _addition()
    if function == known[0]:
        counted = words_at(translation + known[2])
        before = counted[0] & _COUNT
        _add(translation, result, arguments[0], arguments[1], arguments[2], known[1])
        counted[0] -= (
            (counted[0] & _COUNT) - before - 1
        )  # as a call counts, so that blocks end where they did
    else:
        _call(translation, function, result, count, arguments)


@compiled
def _add(
    translation: Number, result: Number, core: Number, first: Number, second: Number, place: Number
) -> None:
    """Generate result = first + second, and Q |= overflow."""
    total = _new(translation, int32(0), int32(0))
    differs = _new(translation, int32(0), int32(0))
    flag = _new(translation, int32(0), int32(0))
    sign = translation + _constant(translation, int32(_SIGN))
    _operation_3(translation, int32(_ADD), total, first, second)
    _operation_3(translation, int32(_XOR), differs, total, first)
    _operation_3(translation, int32(_XOR), flag, total, second)
    _operation_3(translation, int32(_AND), differs, differs, flag)
    _operation_3(translation, int32(_SHIFT_RIGHT), differs, differs, sign)
    _operation_3(translation, int32(_LOAD), flag, core, place)
    _operation_3(translation, int32(_OR), flag, flag, differs)
    _operation_3(translation, int32(_STORE), flag, core, place)
    _operation_2(translation, int32(_MOVE), result, total)
    for temporary in (total, differs, flag, sign):
        _free(translation, int64(temporary))
