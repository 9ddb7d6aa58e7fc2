"""Cortex-M7: six stages, two instructions a cycle, in order, with an early and a late ALU.

Sources: measurements of the STM32H743 at github.com/jnk0le/random and of the STM32H730 at
quinapalus.com/cm7cycles.html; LLVM's ARMScheduleM7.td.

A cycle here is that of issue. The early ALU, the address generators and the shifters take their
operands with it, the late ALU a cycle later, accumulators and store data later still: a result is
described by the first cycle at which an instruction may issue that takes it late, and early.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, NamedTuple

from hilbench.virtual.timing.cortex_m7_float import CortexM7Float
from hilbench.virtual.timing.cortex_m7_pairs import ALONE, refusal
from hilbench.virtual.timing.division import Divider
from hilbench.virtual.timing.instruction import FIRST_FLOAT, FLAGS, PC, Instruction, Operand2, Operation
from hilbench.virtual.timing.memory import MemoryMap
from hilbench.virtual.timing.pipeline import Cause, Constraint, Entry, Issue, Pipeline

_O = Operation
_MULTIPLE = (_O.LOAD_MULTIPLE, _O.STORE_MULTIPLE)
_STORES = (_O.STORE, _O.STORE_MULTIPLE)
_MULTIPLIES = (_O.MULTIPLY, _O.MULTIPLY_ADD, _O.LONG_MULTIPLY, _O.LONG_MULTIPLY_ADD)
_ALWAYS_EARLY = (_O.REVERSE, _O.BITFIELD_EXTRACT)
_DIRECT_BRANCHES = (_O.BRANCH, _O.CONDITIONAL_BRANCH, _O.CALL)
_STORE_BUFFER_DEPTH = 4
_NARROW_BEFORE_JOINED = 2
"""16-bit instructions that must lie before a branch for its target to share its cycle."""


class _Result(NamedTuple):
    """First cycles at which an instruction may issue that takes a register so."""

    late: int
    early: int
    multiply: int
    condition: int | None = None
    """Condition of the instruction that delivers the result."""


class CortexM7(Pipeline):
    """Operands are waited for stage by stage; the rules of pairing are in `cortex_m7_pairs`."""

    fetch_bytes = 8
    fetch_depth = 4
    entries = frozenset({Entry.JOINED})
    rounds_to_settle = 4
    """Predictions lead the fetches from round to round; by then the queue, full at first, is as it stays."""
    refill_cycles = 0
    """A taken branch that is predicted continues at its target in the next cycle."""
    subword_store_cycles: ClassVar[int] = 2
    """Cycles of the store buffer for a byte or halfword, to read, merge and write a word."""
    mispredicted: ClassVar[int] = 8
    mispredicted_early_flags: ClassVar[int] = 6
    """Cycles of a wrong prediction with the flags set three cycles or more before the branch."""
    unaligned_loads = (0, 3, 0, 3, 0, 3, 3, 3)
    """Cycles more of a load as an older instruction; one more as the younger of a pair."""
    divider = Divider(zero=3, smaller=3, least=5, usual=7)
    """Divider of 3 to 12 cycles; how the operands decide is taken from the Cortex-M4."""
    cycles: ClassVar[Mapping[Operation, int]] = {
        _O.DIVIDE: divider.usual,
        _O.BARRIER: 3,
        _O.SYSTEM: 3,
        _O.TABLE_BRANCH: 2,
    }
    """Cycles by operation, where not 1."""

    def __init__(self, memory: MemoryMap) -> None:
        super().__init__(memory)
        self._results: dict[int, _Result] = {}
        self._float = CortexM7Float()
        self._store_buffer_free = 0
        self._entered = 0

    def enter(self, first: Instruction, entry: Entry) -> None:
        """Enter a block as on any core; a taken branch leaves the younger slot of its cycle, or does not."""
        super().enter(first, entry)
        if entry.taken:
            branch = Issue(_branch_to(first), self.cycle - 1, 1, slot=int(entry is Entry.TAKEN))
            self.issues.append(branch)
        self._entered = len(self.issues)

    def _fetch_from(self, first: Instruction, entry: Entry) -> None:
        """Predictions lead the fetches, so that they go on at the target as they would behind the branch."""
        if self.issues:
            self.fetch.redirect(self.issues[-1].instruction.end, first.address)
        else:
            self.fetch.restart(first.address, self.cycle - (entry is Entry.JOINED), full=True)

    def constraints(self, instruction: Instruction) -> Iterator[Constraint]:
        """Operands by the stage that takes them, the store buffer and the floating-point unit."""
        predicted = {FLAGS} if instruction.operation is _O.CONDITIONAL_BRANCH else set()
        for register in instruction.reads - predicted:
            result = self._results.get(register)
            if result is not None and not instruction.excludes(result.condition):
                yield self._operand(instruction, register, result)
        if instruction.operation is _O.STORE:
            waits = self._store_buffer_free - _STORE_BUFFER_DEPTH * self.subword_store_cycles
            yield Constraint(waits, Cause.STORE_BUFFER)
        yield from self._float.constraints(instruction)

    def _operand(self, instruction: Instruction, register: int, result: _Result) -> Constraint:
        if register in instruction.address_reads:
            return Constraint(result.early, Cause.ADDRESS)
        if register in instruction.early_reads:
            return Constraint(result.early, Cause.RESULT)
        if register in instruction.accumulator_reads and instruction.operation in _MULTIPLIES:
            return Constraint(result.late - 1, Cause.RESULT)
        if instruction.operation in _STORES:
            return Constraint(result.late - 2, Cause.RESULT)
        if instruction.operation in _MULTIPLIES:
            return Constraint(result.multiply, Cause.RESULT)
        return Constraint(result.late, Cause.FLAGS if register == FLAGS else Cause.RESULT)

    def refusal(self, older: Instruction, younger: Instruction) -> str | None:
        """Reason for which the two never share a cycle; None when they may."""
        return refusal(older, younger)

    def occupancy(self, instruction: Instruction) -> int:
        """One cycle for all but multiple transfers, divisions and system instructions."""
        operation = instruction.operation
        if operation in _MULTIPLE:
            return (instruction.transfers + 1) // 2
        if operation in ALONE or operation.startswith("float"):
            return self._float.cycles(instruction) or self.cycles.get(operation, 1)
        return 1

    def retire(self, instruction: Instruction, cycle: int, slot: int) -> None:
        """Note the stage at which each result leaves."""
        result = self._result(instruction, cycle, slot)
        if instruction.predicated:
            result = result._replace(condition=instruction.condition)
        for register in instruction.writes - {PC}:
            if register == FLAGS:
                self._results[register] = _Result(cycle + 1, cycle + 2, cycle + 1)
            elif register == instruction.base and instruction.writeback:
                self._results[register] = _Result(cycle, cycle + 1, cycle)
            elif register < FIRST_FLOAT:
                self._results[register] = result
        if instruction.operation is _O.STORE:
            drain = self.subword_store_cycles if instruction.access_bytes < 4 else 1
            self._store_buffer_free = max(self._store_buffer_free, cycle) + drain
        self._float.retire(instruction, cycle)

    def _result(self, instruction: Instruction, cycle: int, slot: int) -> _Result:
        operation = instruction.operation
        last = cycle + self.occupancy(instruction) - 1
        if operation in (_O.LOAD, _O.LOAD_MULTIPLE):
            delay = 1 if instruction.access_bytes == 4 else 2
            return _Result(last + delay, last + delay + 1, last + 2)
        if operation in _MULTIPLIES:
            return _Result(cycle + 2, cycle + 3, cycle + 2)
        if operation in _ALWAYS_EARLY:
            return _Result(cycle, cycle + 2, cycle)
        if self._goes_early(instruction, cycle, slot):
            return _Result(cycle, cycle + 1, cycle)
        return _Result(last + 1, last + 2, last + 1)

    def _goes_early(self, instruction: Instruction, cycle: int, slot: int) -> bool:
        """Whether the early ALU or shifter can compute it, its operands being there."""
        if instruction.predicated:
            return False
        simple = instruction.operation in (_O.ADD, _O.MOVE) and instruction.operand2 is Operand2.PLAIN
        if not (simple and slot == 0) and instruction.operation is not _O.SHIFT:
            return False
        operands = (self._results.get(register) for register in instruction.reads)
        return all(operand is None or operand.early <= cycle for operand in operands)

    def leave(self) -> None:
        """Do nothing; only results outlive a block, and the next one takes them as ready."""

    def onward(self, *, taken: bool) -> Entry:
        """Way into the next block; a taken branch may share its cycle with the instruction it leads to."""
        return Entry.JOINED if taken and self._leaves_slot else super().onward(taken=taken)

    @property
    def _leaves_slot(self) -> bool:
        """A direct branch in the older slot does, behind 16-bit instructions; on silicon if aligned."""
        branch = self.issues[-1]
        narrow = sum(not issue.instruction.wide for issue in self.issues[self._entered : -1])
        direct = branch.instruction.operation in _DIRECT_BRANCHES
        return direct and not branch.slot and narrow >= _NARROW_BEFORE_JOINED

    @property
    def mispredict_penalty(self) -> int:
        """Cycles lost by a wrong guess of the direction, or of where an indirect branch leads."""
        branch = self.issues[-1]
        if branch.instruction.operation is not _O.CONDITIONAL_BRANCH:
            indirect = branch.instruction.redirects and branch.instruction.target is None
            return self.mispredicted if indirect else 0
        setters = (issue.cycle for issue in reversed(self.issues) if issue.instruction.sets_flags)
        flags_set = next(setters, branch.cycle)
        return self.mispredicted_early_flags if branch.cycle - flags_set >= 3 else self.mispredicted


def _branch_to(target: Instruction) -> Instruction:
    return Instruction(target.address, 2, "b", "b", _O.BRANCH, target=target.address)
