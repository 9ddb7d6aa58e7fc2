"""The face of a core's timing model: what a basic block costs, and its schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hilbench.virtual.timing.figures import division_corrections, figures, operation_cycles
from hilbench.virtual.timing.instruction import Instruction
from hilbench.virtual.timing.memory import MemoryMap
from hilbench.virtual.timing.pipeline import Entry, Issue, Pipeline


@dataclass(frozen=True, slots=True)
class Schedule:
    """Schedule of one basic block in the pipeline."""

    issues: tuple[Issue, ...]
    cycles: int
    """Cycles from the entry to the one at which the next block may begin."""
    memory_wait: float
    """Expected cycles that memory adds."""
    mispredict_penalty: int
    """Cycles added when the branch that ends the block is predicted wrongly."""
    onward: tuple[Entry, Entry] = (Entry.BEFORE, Entry.TAKEN)
    """Ways into the next block where that branch is not taken, and where it is."""

    @property
    def cost(self) -> float:
        """Cycles that the block is charged with."""
        return self.cycles + self.memory_wait


class CoreModel:
    """Cost of basic blocks on a core.

    A block begins with all results of the blocks before it ready. Three things are carried across
    its borders: the refill, which is charged to the block that a taken branch leads to; what else the
    branch makes of the next block's entry (`Entry`); and the state of a block that branches back to
    itself, which is timed in its steady state.

    Args:
        pipeline: the core's pipeline.
        memory: what it fetches and loads from; by default memory that answers at once.

    Attributes:
        memory: the same.
        unaligned_loads: the core's figures for loads from unaligned addresses.
        by_region: whether the cost depends on the memories that loads and stores go to.
        division_corrections: cycles that a division takes more than its block is charged with, by its
            operands, in the order of `Divider.outcomes`.
    """

    def __init__(self, pipeline: type[Pipeline], memory: MemoryMap | None = None) -> None:
        self._pipeline = pipeline
        self.memory = memory or MemoryMap()
        self.unaligned_loads = pipeline.unaligned_loads
        self.by_region = pipeline.by_region
        self.division_corrections = division_corrections(pipeline)

    @property
    def identity(self) -> str:
        """Text that two models have in common only where they cost every block alike."""
        pipeline = self._pipeline
        named = {name: value for name, value, _ in figures(pipeline)}
        return f"{pipeline.__name__} {named} {dict(operation_cycles(pipeline))} {self.memory}"

    def block_cost(self, instructions: Sequence[Instruction], entry: Entry) -> float:
        """Core cycles from the issue of the first instruction to that of the next block's.

        Args:
            instructions: the whole block, in order.
            entry: how the core got there.
        """
        return self.schedule(instructions, entry).cost

    def schedule(self, block: Sequence[Instruction], entry: Entry) -> Schedule:
        """The block's way through the pipeline, instruction by instruction."""
        if not block:  # code that does not decode faults instead of taking time
            return Schedule((), 0, 0, 0)
        pipeline = self._pipeline(self.memory)
        if entry.taken and block[-1].target == block[0].address:
            for _ in range(pipeline.rounds_to_settle):
                self._pass(pipeline, block, entry)
        start = pipeline.cycle
        issues = self._pass(pipeline, block, entry)
        cycles = pipeline.cycle - start
        wait = self.memory.expected_wait(block, cycles, taken=entry.taken)
        schedule = tuple(issue.relative_to(start) for issue in issues)
        onward = pipeline.onward(taken=False), pipeline.onward(taken=True)
        return Schedule(schedule, cycles, wait, pipeline.mispredict_penalty, onward)

    def schedules(self, block: Sequence[Instruction]) -> Mapping[Entry, Schedule]:
        """Schedules of the block by every way into it."""
        known = {Entry.BEFORE, Entry.TAKEN} | self._pipeline.entries
        found = {entry: self.schedule(block, entry) for entry in known}
        others = {entry: found[Entry.TAKEN if entry.taken else Entry.BEFORE] for entry in Entry}
        return {entry: found.get(entry, others[entry]) for entry in Entry}

    def continuation(self, lead: Sequence[Instruction], block: Sequence[Instruction], entry: Entry) -> float:
        """Core cycles of a block that the emulator, and not the program, parts from what leads to it.

        Args:
            lead: the instructions just before it, from where they were entered.
            block: the block.
            entry: how the core got to the lead.
        """
        whole = (*lead, *block)
        around = Entry.TAKEN if whole[-1].target == whole[0].address else entry
        return max(0, self.schedule(whole, around).cost - self.schedule(lead, around).cost)

    def waiting(self, schedule: Schedule, block: Sequence[Instruction], entry: Entry) -> Schedule:
        """A schedule by a model of the same core, as memory as it is here keeps it waiting."""
        if not block:
            return schedule
        wait = self.memory.expected_wait(block, schedule.cycles, taken=entry.taken)
        return replace(schedule, memory_wait=wait)

    @staticmethod
    def _pass(pipeline: Pipeline, block: Sequence[Instruction], entry: Entry) -> list[Issue]:
        pipeline.enter(block[0], entry)
        for instruction in block:
            pipeline.issue(instruction)
        pipeline.leave()
        return pipeline.issues[-len(block) :]
