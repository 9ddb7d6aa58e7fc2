"""Pairs of instructions that the Cortex-M7 issues in one cycle.

Source: the pairing tables at github.com/jnk0le/random, "cortex m7".
"""

from __future__ import annotations

from hilbench.virtual.timing.instruction import FLAGS, Instruction, Operand2, Operation

_O = Operation
ALONE = frozenset(
    {_O.LOAD_MULTIPLE, _O.STORE_MULTIPLE, _O.DIVIDE, _O.BARRIER, _O.SYSTEM, _O.TABLE_BRANCH},
)
"""Operations that share their cycle with nothing."""
_MULTIPLIES = frozenset({_O.MULTIPLY, _O.MULTIPLY_ADD, _O.LONG_MULTIPLY, _O.LONG_MULTIPLY_ADD})
_EARLY_SHIFTER = frozenset(
    {_O.BITFIELD_EXTRACT, _O.BITFIELD_INSERT, _O.REVERSE, _O.EXTEND_ADD, _O.PACK},
)
_BIT_MANIPULATION = _EARLY_SHIFTER | {_O.EXTEND, _O.PARALLEL}
_BRANCHES = frozenset({_O.BRANCH, _O.CONDITIONAL_BRANCH, _O.CALL, _O.INDIRECT_BRANCH})
_FLOAT_MACS = frozenset({_O.FLOAT_MULTIPLY_ADD, _O.FLOAT_FUSED})
_FLOAT_ARITHMETIC = _FLOAT_MACS | {_O.FLOAT_ADD, _O.FLOAT_MULTIPLY, _O.FLOAT_DIVIDE, _O.FLOAT_ROOT}


def refusal(older: Instruction, younger: Instruction) -> str | None:
    """Reason for which the two never issue in one cycle; None when they may, their operands being there."""
    pair = {older.operation, younger.operation}
    if pair & ALONE or _is_wide_float(older) or _is_wide_float(younger):
        return "issues alone"
    if younger.operation in _BIT_MANIPULATION:
        return "bit-field or DSP operation in the younger slot"
    if pair <= _MULTIPLIES:
        return "one multiplier"
    if pair & _MULTIPLIES and _O.STORE in pair:
        return "multiplication with store"
    if _needs_early_shifter(older) and _needs_early_shifter(younger):
        return "one early shifter"
    if pair <= _BRANCHES:
        return "one branch unit"
    if older.writes & younger.writes - {FLAGS} and not _may_share_destination(older, younger):
        return "same destination"
    return _memory_refusal(older, younger) or _float_refusal(older, younger)


def _may_share_destination(older: Instruction, younger: Instruction) -> bool:
    return younger.mnemonic == "movt" or younger.excludes(older.condition)


def _memory_refusal(older: Instruction, younger: Instruction) -> str | None:
    if older.operation is younger.operation is _O.STORE:
        return "one store port"
    if not older.operation is younger.operation is _O.LOAD:
        return None
    if older.literal is not None and younger.literal is not None:
        distance = older.literal ^ younger.literal
    elif older.base != younger.base or older.offset is None or younger.offset is None or older.writeback:
        return "banks not known to differ"
    else:
        distance = older.offset ^ younger.offset
    return None if distance & 4 else "same bank"


def _float_refusal(older: Instruction, younger: Instruction) -> str | None:
    pair = {older.operation, younger.operation}
    if pair <= _FLOAT_ARITHMETIC:
        return "one floating-point unit"
    accesses = any(
        instruction.is_float and instruction.operation in (_O.LOAD, _O.STORE, _O.FLOAT_MOVE)
        for instruction in (older, younger)
    )
    return "floating-point access beside a multiply-add" if pair & _FLOAT_MACS and accesses else None


def _needs_early_shifter(instruction: Instruction) -> bool:
    return instruction.operation in _EARLY_SHIFTER or instruction.operand2 is not Operand2.PLAIN


def _is_wide_float(instruction: Instruction) -> bool:
    """Double precision, and moves of two words, take both slots."""
    if instruction.operation is _O.FLOAT_MOVE:
        return len(instruction.reads) + len(instruction.writes) > 2
    return instruction.is_double
