"""Cortex-M33: three stages, with dual issue of some pairs of 16-bit instructions.

Source: measurements of the RP2350 at github.com/jnk0le/random; Arm publishes no cycle table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from hilbench.virtual.timing.division import Divider
from hilbench.virtual.timing.instruction import FIRST_FLOAT, FLAGS, PC, Instruction, Operand2, Operation
from hilbench.virtual.timing.memory import MemoryMap
from hilbench.virtual.timing.pipeline import Cause, Constraint, Pipeline

_O = Operation
_MULTIPLE = (_O.LOAD_MULTIPLE, _O.STORE_MULTIPLE)
_STORES = (_O.STORE, _O.STORE_MULTIPLE)
_BRANCHES = (_O.BRANCH, _O.CONDITIONAL_BRANCH)
_TWO_STAGES = (
    *(_O.LOAD, _O.MULTIPLY, _O.MULTIPLY_ADD, _O.LONG_MULTIPLY, _O.LONG_MULTIPLY_ADD),
    *(_O.EXTEND_ADD, _O.PARALLEL, _O.FLOAT_ADD, _O.FLOAT_MULTIPLY),
)
_FLOAT_CHAINED = (_O.FLOAT_MULTIPLY_ADD, _O.FLOAT_FUSED)
_FLOAT_BACKGROUND = {_O.FLOAT_DIVIDE: 14, _O.FLOAT_ROOT: 14}


class CortexM33(Pipeline):
    """Results of the second execution stage come a cycle later, to all but accumulators and stores."""

    loaded_cycles: ClassVar[int] = 1
    """Cycles more of a branch whose target memory gives."""
    divider = Divider(zero=2, smaller=3, least=4, usual=6)
    """Divider of 2 to 11 cycles; how the operands decide is taken from the Cortex-M4."""
    cycles: ClassVar[Mapping[Operation, int]] = {
        _O.DIVIDE: divider.usual,
        _O.BARRIER: 3,
        _O.SYSTEM: 2,
        _O.TABLE_BRANCH: 3,
    }
    """Cycles by operation, where not 1."""

    def __init__(self, memory: MemoryMap) -> None:
        super().__init__(memory)
        self._ready: dict[int, int] = {}
        self._forwarded: dict[int, int] = {}
        self._conditions: dict[int, int | None] = {}
        self._float_free = 0

    def constraints(self, instruction: Instruction) -> Iterator[Constraint]:
        """Operands, taken from the forwarding path where there is one, and the floating-point unit."""
        stored = frozenset[int]()
        if instruction.operation in _STORES:
            stored = instruction.reads - instruction.address_reads
        unknown_yet = {FLAGS} if instruction.operation is _O.CONDITIONAL_BRANCH else set()
        for register in instruction.reads - unknown_yet:
            if instruction.excludes(self._conditions.get(register)):
                continue
            forwarded = register in stored or register in instruction.accumulator_reads
            ready = self._forwarded if forwarded else self._ready
            cause = Cause.ADDRESS if register in instruction.address_reads else Cause.RESULT
            yield Constraint(ready.get(register, 0), Cause.FLAGS if register == FLAGS else cause)
        if instruction.is_float:
            yield Constraint(self._float_free, Cause.FLOAT_UNIT)

    def refusal(self, older: Instruction, younger: Instruction) -> str | None:
        """Reason against a pair; 16-bit ones issue, with a NOP, an IT, or a branch in the second place."""
        if older.wide or younger.wide:
            return "32-bit encoding"
        if _O.NOP in (older.operation, younger.operation) or younger.operation is _O.IT:
            return None
        if younger.operation not in _BRANCHES:
            return "no NOP, IT or branch"
        backward = younger.target is not None and younger.target <= younger.address
        if older.sets_flags and backward:  # taken, most likely, and then not free
            return "taken branch behind its flags"
        return None

    def occupancy(self, instruction: Instruction) -> int:
        """Cycles for which the pipeline takes no other instruction."""
        operation = instruction.operation
        if operation in _MULTIPLE:
            return instruction.transfers + (self.loaded_cycles if PC in instruction.writes else 0)
        if operation is _O.LOAD and PC in instruction.writes:
            return 2 + self.loaded_cycles
        slow_flags = operation is _O.MULTIPLY or instruction.operand2 is Operand2.SHIFTED_CONSTANT
        if instruction.sets_flags and slow_flags and instruction.writes != {FLAGS}:
            return 2
        return self.cycles.get(operation, 1)

    def retire(self, instruction: Instruction, cycle: int, slot: int) -> None:
        """Note when its results can be used, and when a forwarding path has them."""
        done = cycle + self.occupancy(instruction)
        operation = instruction.operation
        second_stage = operation in _TWO_STAGES or instruction.operand2 is not Operand2.PLAIN
        late = 1 if second_stage and done == cycle + 1 else 0
        if operation in _FLOAT_CHAINED:
            late = 2
            self._float_free = cycle + 3
        elif operation in _FLOAT_BACKGROUND:
            late = _FLOAT_BACKGROUND[operation] - 1
            self._float_free = cycle + _FLOAT_BACKGROUND[operation]
        for register in instruction.writes:
            at_once = (register == instruction.base and instruction.writeback) or (
                register == FLAGS and instruction.operand2 is not Operand2.SHIFTED_REGISTER
            )
            self._conditions[register] = instruction.condition
            self._ready[register] = done + (0 if at_once else late)
            self._forwarded[register] = self._ready[register] if register >= FIRST_FLOAT else done

    def leave(self) -> None:
        """Do nothing; only results outlive a block, and the next one takes them as ready."""
