"""Cortex-M3 and Cortex-M4: three stages, one instruction at a time, loads pipelined.

Sources: Cortex-M3 (DDI 0337) and Cortex-M4 (100166) Technical Reference Manuals, "instruction set
summary", "load/store timings" and, for the FPU, "FPU instruction set"; of branches DDI 0337G, 1.4
"prefetch unit" and table 15-3; measurements of STM32F103 and STM32F407 at github.com/jnk0le/random,
and of runs of misaligned instructions at compendium.i-0.nl ("instruction alignment"). Where these
contradict one another, docs/fidelity.md says which is followed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from hilbench.virtual.timing.division import Divider
from hilbench.virtual.timing.fetch import PrefetchBuffer
from hilbench.virtual.timing.instruction import FIRST_FLOAT, FLAGS, LR, PC, Instruction, Operation
from hilbench.virtual.timing.memory import MemoryMap
from hilbench.virtual.timing.pipeline import Cause, Constraint, Entry, Pipeline

_O = Operation
_MULTIPLE = (_O.LOAD_MULTIPLE, _O.STORE_MULTIPLE)
_FLOAT_ARITHMETIC = (_O.FLOAT_ADD, _O.FLOAT_MULTIPLY, _O.FLOAT_MULTIPLY_ADD, _O.FLOAT_FUSED)
_FLOAT_BACKGROUND = {_O.FLOAT_DIVIDE: 14, _O.FLOAT_ROOT: 14}
_SYSTEM_BUS = 0x2000_0000
"""First address that is reached by the system bus; the code buses reach what lies below."""
_EVALUATED_LATE = ("cbz", "cbnz")
_NARROW = 2
"""Bytes of the shortest instruction."""


class CortexM4(Pipeline):
    """A load's data phase keeps back all but a load or store to the same memory behind it."""

    entries = frozenset({Entry.LATE, Entry.STARVED})
    by_region = True
    fetch_queue = PrefetchBuffer
    indirect_cycles: ClassVar[int] = 1
    """Cycles more of a branch whose target a register other than LR gives: it is fetched a cycle later."""
    late_cycles: ClassVar[int] = 1
    """Cycles more of CBZ and CBNZ where they are taken, whose target is fetched as they execute."""
    loaded_cycles: ClassVar[int] = 2
    """Cycles more of a branch whose target memory gives."""
    unaligned_loads = (0, 1, 0, 1, 0, 2, 1, 2)
    """Two bytes, two halfwords, or byte, halfword and byte (100166, "load/store timings"); no store waits."""
    divider = Divider(zero=2, smaller=3, least=5, usual=6)
    """Divider of 2 to 12 cycles, as the manuals say."""
    cycles: ClassVar[Mapping[Operation, int]] = {
        _O.DIVIDE: divider.usual,
        _O.FLOAT_MULTIPLY_ADD: 3,
        _O.FLOAT_FUSED: 3,
        _O.BARRIER: 3,
        _O.SYSTEM: 2,
        _O.TABLE_BRANCH: 5,
    }
    """Cycles by operation, where not 1."""

    def __init__(self, memory: MemoryMap) -> None:
        super().__init__(memory)
        self._previous: Instruction | None = None
        self._previous_cycle = 0
        self._ready: dict[int, int] = {}
        self._address_ready: dict[int, int] = {}
        self._float_free = 0
        self._store_pipelined = False

    def enter(self, first: Instruction, entry: Entry) -> None:
        """Enter as any core; CBZ's target comes later, a fetch in vain costs the second word its turn."""
        super().enter(first, entry)
        if entry is Entry.LATE:
            self.cycle += self.late_cycles
            self._fetch_from(first, entry)
        if entry is Entry.STARVED:
            self.fetch.restart(first.address, self.cycle, full=False)
            self.fetch.steal(self.cycle)

    def constraints(self, instruction: Instruction) -> Iterator[Constraint]:
        """Constraints by the neighbour before, the operands and the alignment."""
        yield from self._behind(instruction)
        for register in instruction.address_reads:
            yield Constraint(self._address_ready.get(register, 0), Cause.ADDRESS)
        stored = instruction.operation is _O.STORE  # data are taken a cycle after the address
        for register in instruction.reads - instruction.address_reads:
            yield Constraint(self._ready.get(register, 0) - stored, Cause.RESULT)
        if instruction.is_float:
            yield Constraint(self._float_free, Cause.FLOAT_UNIT)

    def _behind(self, instruction: Instruction) -> Iterator[Constraint]:
        previous = self._previous
        if previous is None:
            return
        blocked = self._previous_cycle + 2
        swallowed = instruction.operation is _O.NOP and not instruction.wide
        if previous.operation is _O.LOAD and not (swallowed or self._pipelines(previous, instruction)):
            yield Constraint(blocked, Cause.LOAD_DATA)
        if previous.operation is _O.STORE:
            if instruction.operation in (_O.LOAD, _O.LOAD_MULTIPLE):
                yield Constraint(blocked, Cause.STORE_THEN_LOAD)
            elif previous.offset is None and not swallowed:
                yield Constraint(blocked, Cause.STORE_OFFSET)
            elif self._store_pipelined and not swallowed:
                yield Constraint(blocked, Cause.STORE_PIPELINED)
            elif instruction.operation is _O.STORE and _update_one_base(previous, instruction):
                yield Constraint(blocked, Cause.ADDRESS)

    def _pipelines(self, load: Instruction, instruction: Instruction) -> bool:
        """Whether the address phase of the instruction may overlap the load's data phase."""
        if not _same_region(load, instruction):
            return False
        if instruction.operation is _O.STORE:
            return True
        if instruction.operation is not _O.LOAD:
            return False
        chained = _update_one_base(load, instruction)
        return not chained and not load.writes & instruction.address_reads

    def occupancy(self, instruction: Instruction) -> int:
        """Cycles by the manual's table, data phases and refills that can overlap left out."""
        operation = instruction.operation
        if operation is _O.IT:
            folds = self._previous is not None and not self._previous.wide
            return 0 if folds else 1
        if operation in _MULTIPLE:
            return 1 + instruction.transfers + (self.loaded_cycles if PC in instruction.writes else 0)
        if operation is _O.LOAD and PC in instruction.writes:
            return 2 + self.loaded_cycles
        if operation is _O.INDIRECT_BRANCH:
            return 1 if self._returns_early(instruction) else 1 + self.indirect_cycles
        if operation is _O.FLOAT_MOVE:
            return max(1, len({r for r in instruction.writes | instruction.reads if r < FIRST_FLOAT}))
        return self.cycles.get(operation, 1)

    def retire(self, instruction: Instruction, cycle: int, slot: int) -> None:
        """Note when its results can be used, as operands and as addresses."""
        done = cycle + self.occupancy(instruction)
        operation = instruction.operation
        if operation is _O.LOAD:
            done += 1
        latency = 1 if operation in _FLOAT_ARITHMETIC else 0
        if operation in _FLOAT_BACKGROUND:
            done = self._float_free = cycle + _FLOAT_BACKGROUND[operation]
        by_address_path = instruction.address_reads if instruction.writeback else frozenset[int]()
        for register in instruction.writes:
            self._ready[register] = done + latency
            self._address_ready[register] = done + (0 if register in by_address_path else 1)
        self._store_pipelined = operation is _O.STORE and self._overlaps_load(cycle)
        self._previous, self._previous_cycle = instruction, cycle

    def _overlaps_load(self, cycle: int) -> bool:
        """Whether what issues in this cycle does so during the data phase of the load before it."""
        previous = self._previous
        return previous is not None and previous.operation is _O.LOAD and cycle == self._previous_cycle + 1

    def _returns_early(self, branch: Instruction) -> bool:
        """Whether a branch to LR is decoded when LR is known, so that its target is fetched at once."""
        written = frozenset() if self._previous is None else self._previous.writes
        return branch.reads - {FLAGS, PC} == {LR} and LR not in written

    def onward(self, *, taken: bool) -> Entry:
        """CBZ leads on late; a branch that decodes as just what it needs is fetched starves the queue."""
        branch = self.issues[-1]
        if branch.instruction.operation is not _O.CONDITIONAL_BRANCH:
            return super().onward(taken=taken)
        late = branch.instruction.mnemonic in _EVALUATED_LATE
        if taken:
            return Entry.LATE if late else Entry.TAKEN
        follows = self.fetch.available(branch.instruction.end + _NARROW)
        return Entry.STARVED if not late and follows > branch.cycle else Entry.BEFORE

    def leave(self) -> None:
        """Let the data phase of a last load, or of a store that takes a second cycle, end."""
        last = self._previous
        if last is None:
            return
        slow_store = last.operation is _O.STORE and (last.offset is None or self._store_pipelined)
        if last.operation is _O.LOAD or slow_store:
            self.cycle = max(self.cycle, self._previous_cycle + 2)
        self._previous = None


def _update_one_base(first: Instruction, second: Instruction) -> bool:
    """Whether both write a new address back to the same register."""
    return first.writeback and second.writeback and first.base == second.base


def _same_region(first: Instruction, second: Instruction) -> bool:
    """Whether two accesses go to one memory; of those not seen, literals alone do not go to RAM."""
    if first.region is not None and second.region is not None:
        return first.region == second.region
    return _goes_by_code_bus(first) is _goes_by_code_bus(second)


def _goes_by_code_bus(access: Instruction) -> bool:
    place = access.literal if access.region is None else access.region
    return place is not None and place < _SYSTEM_BUS


class CortexM3(CortexM4):
    """Slower multiplications, and indexed loads and stores that never pipeline behind a load."""

    cycles: ClassVar[Mapping[Operation, int]] = {
        **CortexM4.cycles,
        _O.MULTIPLY_ADD: 2,
        _O.LONG_MULTIPLY: 4,
        _O.LONG_MULTIPLY_ADD: 5,
    }
    """Cycles by operation, where not 1. Long multiplications take 3 to 7, by operands not known here."""

    def _pipelines(self, load: Instruction, instruction: Instruction) -> bool:
        return not instruction.writeback and super()._pipelines(load, instruction)
