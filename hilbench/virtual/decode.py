"""Machine code to what the timing model and the counters need to know of each instruction."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import capstone
from capstone import arm


class InstructionClass(StrEnum):
    """What an instruction occupies in the core."""

    ALU = "alu"
    SHIFT = "shift"
    """ALU with a shifted register operand."""
    SIMD = "simd"
    """Packed, extending, saturating and bit-field operations."""
    MULTIPLY = "multiply"
    """Multiplications and multiply-accumulates, SMLAD and its kin among them."""
    DIVIDE = "divide"
    LOAD = "load"
    STORE = "store"
    LOAD_MULTIPLE = "load_multiple"
    STORE_MULTIPLE = "store_multiple"
    BRANCH = "branch"
    FLOAT = "float"
    FLOAT_MULTIPLY = "float_multiply"
    FLOAT_DIVIDE = "float_divide"
    SYSTEM = "system"
    """Barriers, hints, masks, special registers, IT."""


_GENERAL = {
    **{getattr(arm, f"ARM_REG_R{number}"): number for number in range(13)},
    arm.ARM_REG_SP: 13,
    arm.ARM_REG_LR: 14,
}
"""Capstone's number of each general register, to its own."""


@dataclass(frozen=True)
class MemoryOperand:
    """Where a load or store goes: r[base] + (r[index] << shift) + offset."""

    base: int
    index: int | None
    shift: int
    offset: int


@dataclass(frozen=True)
class Instruction:
    """One decoded instruction; `reads` and `writes` are Capstone's register numbers."""

    address: int
    size: int
    mnemonic: str
    kind: InstructionClass
    reads: frozenset[int]
    writes: frozenset[int]
    transfers: int = 1
    """Registers moved by a load or store."""
    memory: MemoryOperand | None = None
    """None also where the address is relative to PC."""


_MULTIPLE = ("ldm", "stm", "push", "pop", "vldm", "vstm", "vpush", "vpop")
_DOUBLE = ("ldrd", "strd")
_SYSTEM = (
    *("cps", "msr", "mrs", "dmb", "dsb", "isb", "wfi", "wfe", "sev", "yield", "nop"),
    *("svc", "bkpt", "udf", "it", "hint", "pld"),
)
_MULTIPLY = ("mul", "mla", "mls", "umull", "umlal", "umaal", "smu", "sml", "smm", "muls")
_SIMD = (
    *("uxt", "sxt", "pkh", "ubfx", "sbfx", "bfi", "bfc", "rev", "rbit", "clz", "usat", "ssat", "sel"),
    *("sadd", "uadd", "qadd", "uqadd", "shadd", "uhadd", "ssub", "usub", "qsub", "uqsub", "shsub", "uhsub"),
    *("qasx", "sasx", "uasx", "qsax", "ssax", "usax", "usad", "qdadd", "qdsub"),
)
_UNMASKING = ("cpsie", "msr")


def unmasks(instruction: Instruction) -> bool:
    """Whether the instruction may lift PRIMASK, FAULTMASK or BASEPRI."""
    return instruction.mnemonic.startswith(_UNMASKING)


class Decoder:
    """Decodes Thumb-2 code of an M-profile core."""

    def __init__(self) -> None:
        self._engine = capstone.Cs(
            capstone.CS_ARCH_ARM, capstone.CS_MODE_THUMB | capstone.CS_MODE_MCLASS | capstone.CS_MODE_V8
        )
        self._engine.detail = True

    def decode(self, code: bytes, address: int) -> tuple[Instruction, ...]:
        """The instructions in `code`, which lies at `address`; it ends at the first undefined one."""
        return tuple(_instruction(insn) for insn in self._engine.disasm(code, address))


def _instruction(insn: capstone.CsInsn) -> Instruction:
    reads, writes = insn.regs_access()
    shifted = any(operand.shift.type != arm.ARM_SFT_INVALID for operand in insn.operands)
    kind = _class_of(insn.mnemonic, shifted, insn.group(capstone.CS_GRP_JUMP))
    transfers = sum(operand.type == arm.ARM_OP_REG for operand in insn.operands)
    if kind not in (InstructionClass.LOAD_MULTIPLE, InstructionClass.STORE_MULTIPLE):
        transfers = 1
    elif insn.mnemonic.startswith(("ldm", "stm", "vldm", "vstm")):
        transfers -= 1  # the base register is an operand too
    return Instruction(
        insn.address,
        insn.size,
        insn.mnemonic,
        kind,
        frozenset(reads),
        frozenset(writes),
        transfers,
        _memory_operand(insn),
    )


def _memory_operand(insn: capstone.CsInsn) -> MemoryOperand | None:
    for operand in insn.operands:
        if operand.type == arm.ARM_OP_MEM and operand.mem.base in _GENERAL:
            index = _GENERAL.get(operand.mem.index)
            offset = 0 if insn.post_index else operand.mem.disp
            return MemoryOperand(_GENERAL[operand.mem.base], index, operand.shift.value, offset)
    return None


@lru_cache(maxsize=1024)
def _class_of(mnemonic: str, shifted: bool, jumps: bool) -> InstructionClass:
    name = mnemonic.split(".")[0]
    if name.startswith((*_MULTIPLE, *_DOUBLE)):
        loads = name.startswith(("ldm", "pop", "vldm", "vpop", "ldrd"))
        return InstructionClass.LOAD_MULTIPLE if loads else InstructionClass.STORE_MULTIPLE
    if name.startswith(("ldr", "vldr", "ldrex")):
        return InstructionClass.LOAD
    if name.startswith(("str", "vstr", "strex")):
        return InstructionClass.STORE
    if name.startswith(("vdiv", "vsqrt")):
        return InstructionClass.FLOAT_DIVIDE
    if name.startswith(("vmul", "vmla", "vmls", "vnm", "vfma", "vfms", "vfnm")):
        return InstructionClass.FLOAT_MULTIPLY
    if name.startswith("v"):
        return InstructionClass.FLOAT
    if name.startswith(("sdiv", "udiv")):
        return InstructionClass.DIVIDE
    if jumps or name.startswith(("bl", "bx", "tbb", "tbh", "cbz", "cbnz")):
        return InstructionClass.BRANCH
    if name.startswith(_MULTIPLY):
        return InstructionClass.MULTIPLY
    if name.startswith(_SYSTEM):
        return InstructionClass.SYSTEM
    if name.startswith(_SIMD):
        return InstructionClass.SIMD
    return InstructionClass.SHIFT if shifted else InstructionClass.ALU
