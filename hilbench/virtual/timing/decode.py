"""Machine code to instructions: Capstone disassembles, this adds what its detail leaves out."""

from __future__ import annotations

import capstone
from capstone import arm

from hilbench.virtual.timing.instruction import FIRST_FLOAT, FLAGS, PC, Instruction, Operation
from hilbench.virtual.timing.operands import (
    CORE,
    FLAG_REGISTERS,
    STACK_NAMES,
    access_bytes,
    address_registers,
    branch_target,
    is_shifted,
    literal_address,
    memory_operand,
    operand2_of,
    registers_of,
)
from hilbench.virtual.timing.operations import operation_of

_O = Operation
_UNCONDITIONAL = (arm.ARM_CC_AL, arm.ARM_CC_INVALID)
_NO_DESTINATION = ("cmp", "cmn", "tst", "teq", "vcmp", "vcmpe", "pld", "msr", "vmsr")
_BASE_FIRST = ("ldm", "stm", "vldm", "vstm", "fldm", "fstm")
_ADDS_TO_DESTINATION = (_O.LONG_MULTIPLY_ADD, _O.FLOAT_MULTIPLY_ADD, _O.FLOAT_FUSED, _O.BITFIELD_INSERT)
_MULTIPLE = (_O.LOAD_MULTIPLE, _O.STORE_MULTIPLE)
_TRANSFERS = (_O.LOAD, _O.STORE, *_MULTIPLE)
_DIRECT = (_O.BRANCH, _O.CONDITIONAL_BRANCH, _O.CALL)
_LOADS_PC = (_O.INDIRECT_BRANCH, _O.TABLE_BRANCH, _O.LOAD, _O.LOAD_MULTIPLE)
_Registers = frozenset[int]
_NONE: _Registers = frozenset()


class Decoder:
    """Decodes Thumb-2 code of an M-profile core."""

    def __init__(self) -> None:
        mode = capstone.CS_MODE_THUMB | capstone.CS_MODE_MCLASS | capstone.CS_MODE_V8
        self._engine = capstone.Cs(capstone.CS_ARCH_ARM, mode)
        self._engine.detail = True

    def decode(self, code: bytes, address: int) -> tuple[Instruction, ...]:
        """The instructions in `code`, which lies at `address`; it ends at the first undefined one."""
        return tuple(_instruction(found) for found in self._engine.disasm(code, address))


def _instruction(found: capstone.CsInsn) -> Instruction:
    name = _name(found)
    operation = _operation(found, name)
    operands = [registers for operand in found.operands if (registers := registers_of(operand))]
    destinations, sources = _split(operation, name, operands)
    moved = len(destinations if operation is _O.LOAD_MULTIPLE else sources)
    transfers = max(1, moved) if operation in _MULTIPLE else 1
    memory = memory_operand(found, name, transfers) if operation in _TRANSFERS else None
    addresses = address_registers(found, memory)
    writeback = bool(found.writeback) or name in STACK_NAMES
    predicated = operation not in (_O.CONDITIONAL_BRANCH, _O.IT) and found.cc not in _UNCONDITIONAL
    reads, writes = _accesses(found, operation, destinations, sources | addresses)
    if writeback and memory is not None:
        writes |= {memory.base}
    if predicated:
        reads |= (writes | {FLAGS}) - {PC}
    return Instruction(
        address=found.address,
        size=found.size,
        mnemonic=name,
        text=f"{found.mnemonic} {found.op_str}".strip(),
        operation=operation,
        reads=reads,
        writes=writes,
        address_reads=addresses,
        early_reads=_early(found, operation, name, operands) & reads,
        accumulator_reads=_accumulators(operation, operands, destinations),
        operand2=operand2_of(found, operation, name),
        transfers=transfers,
        access_bytes=access_bytes(name) if operation in _TRANSFERS else 4,
        memory=memory,
        writeback=writeback,
        dividend=max(operands[-2]) if operation is _O.DIVIDE else None,
        divisor=max(operands[-1]) if operation is _O.DIVIDE else None,
        condition=found.cc - arm.ARM_CC_EQ if predicated else None,
        literal=literal_address(found) if operation in _TRANSFERS else None,
        target=branch_target(found) if operation in _DIRECT else None,
    )


def _name(found: capstone.CsInsn) -> str:
    """Base name without condition and width, but with what tells encodings and hints apart."""
    stem = str(found.mnemonic).split(".")[0]
    special = stem in ("addw", "subw", "movw") or found.id == arm.ARM_INS_HINT
    return stem if special else str(found.insn_name())


def _operation(found: capstone.CsInsn, name: str) -> Operation:
    operation = operation_of(name)
    registers = [registers_of(operand) for operand in found.operands]
    if operation is _O.BRANCH and found.cc not in _UNCONDITIONAL:
        return _O.CONDITIONAL_BRANCH
    if operation in (_O.MOVE, _O.ADD) and registers[0] == {PC}:
        return _O.INDIRECT_BRANCH
    if operation in (_O.LOAD, _O.STORE) and len(registers[0]) == 2:
        return _O.LOAD_MULTIPLE if operation is _O.LOAD else _O.STORE_MULTIPLE
    return _O.SHIFT if operation is _O.MOVE and is_shifted(found) else operation


def _split(operation: Operation, name: str, operands: list[_Registers]) -> tuple[_Registers, _Registers]:
    """Registers written and read by the operands that are registers, base registers left out."""
    listed = operands[1:] if name.startswith(_BASE_FIRST) else operands
    everything = _NONE.union(*listed)
    if operation is _O.LOAD_MULTIPLE:
        return everything, _NONE
    if name.startswith("strex"):
        return listed[0], _NONE.union(*listed[1:])
    if operation in (_O.STORE, _O.STORE_MULTIPLE, _O.CONDITIONAL_BRANCH) or name in _NO_DESTINATION:
        return _NONE, everything
    if operation in (_O.INDIRECT_BRANCH, _O.TABLE_BRANCH, _O.CALL):
        return frozenset({PC}), everything - {PC}
    pair = operation in (_O.LONG_MULTIPLY, _O.LONG_MULTIPLY_ADD) or _moves_two_words_out(name, operands)
    count = 2 if pair else 1
    written, read = _NONE.union(*listed[:count]), _NONE.union(*listed[count:])
    return written, read | written if operation in _ADDS_TO_DESTINATION or name == "movt" else read


def _moves_two_words_out(name: str, operands: list[_Registers]) -> bool:
    """VMOV of a double-precision register to two core registers."""
    return name == "vmov" and len(operands) == 3 and max(operands[1]) < FIRST_FLOAT <= max(operands[2])


def _accesses(
    found: capstone.CsInsn, operation: Operation, written: _Registers, read: _Registers
) -> tuple[_Registers, _Registers]:
    """All registers read and written, the implied ones included."""
    implied_reads, implied_writes = (set(registers) for registers in found.regs_access())
    if FLAG_REGISTERS & implied_reads or (found.id == arm.ARM_INS_B and found.cc != arm.ARM_CC_AL):
        read |= {FLAGS}
    adds_carry_only = found.id in (arm.ARM_INS_ADC, arm.ARM_INS_SBC) and found.mnemonic[3:4] != "s"
    if (found.update_flags or FLAG_REGISTERS & implied_writes) and not adds_carry_only:
        written |= {FLAGS}
    if operation not in _TRANSFERS:  # what Capstone says of transfers is not reliable
        read |= {CORE[register] for register in implied_reads if register in CORE}
        written |= {CORE[register] for register in implied_writes if register in CORE}
    return read, written if operation in _LOADS_PC else written - {PC}


def _early(found: capstone.CsInsn, operation: Operation, name: str, operands: list[_Registers]) -> _Registers:
    """Registers that a shifter, an extractor or a reverser takes before the arithmetic."""
    if operation in (_O.BITFIELD_EXTRACT, _O.REVERSE, _O.BITFIELD_INSERT):
        return _NONE.union(*operands[1:])
    if operation in (_O.EXTEND_ADD, _O.PACK):
        return _NONE.union(*operands[-2:] if name == "pkhtb" else operands[-1:])
    if operation in (*_TRANSFERS, _O.SHIFT, _O.EXTEND):
        return _NONE
    shifted = (operand for operand in found.operands if operand.shift.type != arm.ARM_SFT_INVALID)
    return _NONE.union(*map(registers_of, shifted))


def _accumulators(operation: Operation, operands: list[_Registers], destinations: _Registers) -> _Registers:
    """Registers that are added to."""
    if operation is _O.MULTIPLY_ADD:
        return operands[-1]
    if operation is _O.EXTEND_ADD:
        return operands[1]
    adds = operation in (_O.LONG_MULTIPLY_ADD, _O.FLOAT_MULTIPLY_ADD, _O.FLOAT_FUSED)
    return destinations if adds else _NONE
