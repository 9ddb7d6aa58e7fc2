"""Cortex-M0+: two stages, one instruction at a time.

Source: Cortex-M0+ Technical Reference Manual (DDI 0484), table 3-1 "instruction summary", for zero
wait states and the single-cycle multiplier.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from hilbench.virtual.timing.instruction import PC, Instruction, Operation
from hilbench.virtual.timing.pipeline import Constraint, Pipeline


class CortexM0Plus(Pipeline):
    """Every instruction has its fixed time; nothing waits for a result."""

    fetch_depth = 2
    multiply_cycles: ClassVar[int] = 1
    """1 or 32, as the chip's maker configured the core."""
    _cycles: ClassVar[dict[Operation, int]] = {
        Operation.LOAD: 2,
        Operation.STORE: 2,
        Operation.CALL: 2,
        Operation.BARRIER: 3,
        Operation.SYSTEM: 3,
    }

    def constraints(self, instruction: Instruction) -> Iterator[Constraint]:
        """No constraints: loads deliver in time, and flags are there in the next cycle."""
        return iter(())

    def occupancy(self, instruction: Instruction) -> int:
        """Cycles by the table; N + 1 for N registers, two more where PC is among them."""
        if instruction.operation in (Operation.LOAD_MULTIPLE, Operation.STORE_MULTIPLE):
            return instruction.transfers + (2 if PC in instruction.writes else 1)
        if instruction.operation is Operation.MULTIPLY:
            return self.multiply_cycles
        if instruction.mnemonic == "cps":
            return 1
        return self._cycles.get(instruction.operation, 1)

    def retire(self, instruction: Instruction, cycle: int, slot: int) -> None:
        """Do nothing; nothing outlives an instruction."""

    def leave(self) -> None:
        """Do nothing; nothing outlives an instruction."""
