"""Mnemonics to operations: the Thumb-2 instruction set of the ARMv6-M to ARMv8-M cores."""

from __future__ import annotations

from functools import lru_cache

from hilbench.virtual.timing.instruction import Operation

_EXACT: dict[Operation, tuple[str, ...]] = {
    Operation.ADD: ("add", "sub", "addw", "subw", "adr"),
    Operation.MOVE: ("mov", "movs", "movw"),
    Operation.SHIFT: ("lsl", "lsr", "asr", "ror", "rrx"),
    Operation.EXTEND: ("uxtb", "uxth", "sxtb", "sxth", "uxtb16", "sxtb16"),
    Operation.EXTEND_ADD: ("uxtab", "uxtah", "sxtab", "sxtah", "uxtab16", "sxtab16"),
    Operation.BITFIELD_EXTRACT: ("ubfx", "sbfx"),
    Operation.BITFIELD_INSERT: ("bfi", "bfc"),
    Operation.PACK: ("pkhbt", "pkhtb"),
    Operation.REVERSE: ("rev", "rev16", "revsh", "rbit"),
    Operation.MULTIPLY: ("mul", "smmul", "smmulr", "smuad", "smuadx", "smusd", "smusdx"),
    Operation.MULTIPLY_ADD: ("mla", "mls", "usada8"),
    Operation.LONG_MULTIPLY: ("umull", "smull"),
    Operation.LONG_MULTIPLY_ADD: ("umlal", "smlal", "umaal"),
    Operation.DIVIDE: ("sdiv", "udiv"),
    Operation.BRANCH: ("b",),
    Operation.CONDITIONAL_BRANCH: ("cbz", "cbnz"),
    Operation.CALL: ("bl",),
    Operation.INDIRECT_BRANCH: ("bx", "blx", "bxns", "blxns"),
    Operation.TABLE_BRANCH: ("tbb", "tbh"),
    Operation.IT: ("it",),
    Operation.NOP: ("nop",),
    Operation.BARRIER: ("dmb", "dsb", "isb"),
    Operation.FLOAT_DIVIDE: ("vdiv",),
    Operation.FLOAT_ROOT: ("vsqrt",),
    Operation.FLOAT_MOVE: ("vmov", "vmrs", "vmsr", "fmstat", "fconsts", "fconstd"),
    Operation.FLOAT_MULTIPLY: ("vmul", "vnmul"),
    Operation.FLOAT_MULTIPLY_ADD: ("vmla", "vmls", "vnmla", "vnmls"),
    Operation.FLOAT_FUSED: ("vfma", "vfms", "vfnma", "vfnms"),
}
_PREFIXES: tuple[tuple[Operation, tuple[str, ...]], ...] = (
    (Operation.LOAD_MULTIPLE, ("ldm", "pop", "ldrd", "vldm", "vpop", "fldm")),
    (Operation.STORE_MULTIPLE, ("stm", "push", "strd", "vstm", "vpush", "fstm")),
    (Operation.LOAD, ("ldr", "vldr", "lda", "pld")),
    (Operation.STORE, ("str", "vstr", "stl")),
    (Operation.FLOAT_ADD, ("v",)),
    (Operation.LONG_MULTIPLY_ADD, ("smlal", "smlald", "smlsld")),
    (Operation.MULTIPLY_ADD, ("smla", "smls", "smmla", "smmls")),
    (Operation.MULTIPLY, ("smul",)),
    (Operation.PARALLEL, ("qadd", "qsub", "qdadd", "qdsub", "qasx", "qsax", "sadd", "ssub", "sasx", "ssax")),
    (Operation.PARALLEL, ("uadd", "usub", "uasx", "usax", "shadd", "shsub", "shasx", "shsax", "uhadd")),
    (Operation.PARALLEL, ("uhsub", "uhasx", "uhsax", "uqadd", "uqsub", "uqasx", "uqsax", "usad8")),
    (Operation.PARALLEL, ("ssat", "usat", "sel", "clz")),
    (
        Operation.SYSTEM,
        ("cps", "msr", "mrs", "wf", "sev", "yield", "svc", "bkpt", "udf", "clrex", "sg", "tt"),
    ),
)
_BY_NAME = {name: operation for operation, names in _EXACT.items() for name in names}


@lru_cache(maxsize=512)
def operation_of(name: str) -> Operation:
    """The operation of an instruction by its base name, without condition or width."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    matches = (operation for operation, prefixes in _PREFIXES if name.startswith(prefixes))
    return next(matches, Operation.LOGIC)
