"""Capstone's operands of an instruction, in terms of the core's own registers and forms."""

from __future__ import annotations

import capstone
from capstone import arm

from hilbench.virtual.timing.instruction import (
    FIRST_FLOAT,
    FLAGS,
    LR,
    PC,
    SP,
    MemoryOperand,
    Operand2,
    Operation,
)

CORE = {
    **{getattr(arm, f"ARM_REG_R{number}"): number for number in range(13)},
    arm.ARM_REG_SP: SP,
    arm.ARM_REG_LR: LR,
    arm.ARM_REG_PC: PC,
}
"""Capstone's number of each core register, to its own."""
FLAG_REGISTERS = frozenset(
    {arm.ARM_REG_CPSR, arm.ARM_REG_APSR, arm.ARM_REG_APSR_NZCV, arm.ARM_REG_FPSCR_NZCV}
)
STACK_NAMES = ("push", "pop", "vpush", "vpop")
_TWELVE_BITS = ("addw", "subw", "movw", "movt", "adr")
_SUBWORDS = {"b": 1, "sb": 1, "bt": 1, "sbt": 1, "h": 2, "sh": 2, "ht": 2, "sht": 2}


def registers_of(operand: arm.ArmOp) -> frozenset[int]:
    """The registers that an operand names directly; a double-precision one is two."""
    if operand.type != arm.ARM_OP_REG:
        return frozenset()
    register = operand.reg
    if register in CORE:
        return frozenset({CORE[register]})
    if arm.ARM_REG_S0 <= register <= arm.ARM_REG_S31:
        return frozenset({FIRST_FLOAT + register - arm.ARM_REG_S0})
    if arm.ARM_REG_D0 <= register <= arm.ARM_REG_D15:
        low = FIRST_FLOAT + 2 * (register - arm.ARM_REG_D0)
        return frozenset({low, low + 1})
    return frozenset({FLAGS}) if register in FLAG_REGISTERS else frozenset()


def is_shifted(found: capstone.CsInsn) -> bool:
    """Whether an operand passes a shifter."""
    return any(operand.shift.type != arm.ARM_SFT_INVALID for operand in found.operands)


def memory_operand(found: capstone.CsInsn, name: str, transfers: int) -> MemoryOperand | None:
    """Memory operand of a load or store; None for a PC-relative one, and for all else."""
    memory = _memory(found)
    if memory is not None:
        index = CORE.get(memory.mem.index)
        if memory.mem.base == arm.ARM_REG_PC:
            return None
        offset = 0 if found.post_index else memory.mem.disp
        return MemoryOperand(CORE[memory.mem.base], index, memory.shift.value, offset)
    if name in STACK_NAMES:
        return MemoryOperand(SP, None, 0, -4 * transfers if "push" in name else 0)
    if name.startswith(("ldm", "stm", "vldm", "vstm", "fldm", "fstm")):
        below = -4 * transfers if name.endswith("db") else 0
        return MemoryOperand(CORE[found.operands[0].reg], None, 0, below)
    return None


def literal_address(found: capstone.CsInsn) -> int | None:
    """The address that a PC-relative load reads."""
    memory = _memory(found)
    if memory is None or memory.mem.base != arm.ARM_REG_PC or memory.mem.index:
        return None
    aligned: int = found.address + 4 & ~3
    return aligned + int(memory.mem.disp)


def address_registers(found: capstone.CsInsn, memory: MemoryOperand | None) -> frozenset[int]:
    """Registers that form the address of an access."""
    operand = _memory(found)
    if operand is not None:
        return frozenset(CORE[each] for each in (operand.mem.base, operand.mem.index) if each in CORE)
    return frozenset() if memory is None else frozenset({memory.base})


def operand2_of(found: capstone.CsInsn, operation: Operation, name: str) -> Operand2:
    """The form of the second operand of an arithmetic, logic or move instruction."""
    if operation not in (Operation.ADD, Operation.MOVE, Operation.LOGIC):
        return Operand2.PLAIN
    if is_shifted(found):
        return Operand2.SHIFTED_REGISTER
    constant = next((operand.imm for operand in found.operands if operand.type == arm.ARM_OP_IMM), 0)
    if found.size == 2 or name in _TWELVE_BITS or _is_pattern(constant & 0xFFFF_FFFF):
        return Operand2.PLAIN
    return Operand2.SHIFTED_CONSTANT


def access_bytes(name: str) -> int:
    """Bytes of each transfer of a load or store, by its name."""
    tail = name.removeprefix("ldr").removeprefix("str").removeprefix("ex")
    return _SUBWORDS.get(tail, 4)


def branch_target(found: capstone.CsInsn) -> int | None:
    """Address that a direct branch leads to."""
    constants = (operand.imm for operand in found.operands if operand.type == arm.ARM_OP_IMM)
    target = next(constants, None)
    return None if target is None else int(target) & 0xFFFF_FFFF


def _memory(found: capstone.CsInsn) -> arm.ArmOp | None:
    return next((operand for operand in found.operands if operand.type == arm.ARM_OP_MEM), None)


def _is_pattern(constant: int) -> bool:
    """Whether ThumbExpandImm makes the constant without rotating (ARMv7-M ARM, A5.3.2)."""
    low, high = constant & 0xFF, constant >> 8 & 0xFF
    return constant in (low, low * 0x0001_0001, high * 0x0100_0100, low * 0x0101_0101)
