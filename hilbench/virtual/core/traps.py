"""Faults that the emulator does not raise of itself: found out before an instruction executes.

ARMv7-M Architecture Reference Manual (DDI 0403E): A3.2.1 alignment, B3.2.8 CCR, B3.2.20 CPACR. Only
the instructions that a trap concerns are looked at, and only while it is set; those inside an IT block
are not, for Unicorn does not end a run there.
"""

from __future__ import annotations

from dataclasses import dataclass

from hilbench.virtual.core.registers import Registers
from hilbench.virtual.core.stop_reason import StopReason
from hilbench.virtual.timing import Instruction, Operation

_O = Operation
_MULTIPLE = (_O.LOAD_MULTIPLE, _O.STORE_MULTIPLE)
_TRANSFERS = (_O.LOAD, _O.STORE, *_MULTIPLE)
_WORD = 4


@dataclass(frozen=True)
class Traps:
    """Operations that are forbidden to instructions.

    Attributes:
        divide_by_zero: CCR.DIV_0_TRP.
        unaligned: CCR.UNALIGN_TRP.
        float_off: CPACR denies the floating-point unit, as it does after reset.
    """

    divide_by_zero: bool = False
    unaligned: bool = False
    float_off: bool = False

    def concern(self, instruction: Instruction) -> bool:
        """Whether the instruction can do what is forbidden; inside an IT block none can be stopped at."""
        if instruction.predicated:
            return False
        if self.float_off and _is_coprocessor(instruction):
            return True
        if instruction.divisor is not None:
            return self.divide_by_zero
        return self.unaligned and instruction.operation in _TRANSFERS and instruction.memory is not None

    def check(self, instruction: Instruction, registers: Registers) -> StopReason | None:
        """Reason to stop before the instruction; None when it executes."""
        if self.float_off and _is_coprocessor(instruction):
            return StopReason.NO_COPROCESSOR
        if self.divide_by_zero and _divides_by_zero(instruction, registers):
            return StopReason.DIVIDE_BY_ZERO
        if self.unaligned and _is_unaligned(instruction, registers):
            return StopReason.UNALIGNED
        return None


def _is_coprocessor(instruction: Instruction) -> bool:
    return instruction.mnemonic.startswith(("v", "f"))


def _divides_by_zero(instruction: Instruction, registers: Registers) -> bool:
    return instruction.divisor is not None and registers.read(instruction.divisor) == 0


def _is_unaligned(instruction: Instruction, registers: Registers) -> bool:
    memory = instruction.memory
    if instruction.operation not in _TRANSFERS or memory is None:
        return False
    index = 0 if memory.index is None else registers.read(memory.index) << memory.shift
    address = registers.read(memory.base) + index + memory.offset
    return bool(address % (_WORD if instruction.operation in _MULTIPLE else instruction.access_bytes))
