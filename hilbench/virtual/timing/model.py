"""The face of a core's timing model: what a basic block costs, and its schedule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hilbench.virtual.timing.figures import division_corrections
from hilbench.virtual.timing.instruction import Instruction
from hilbench.virtual.timing.memory import MemoryMap
from hilbench.virtual.timing.pipeline import Issue, Pipeline


@dataclass(frozen=True, slots=True)
class Schedule:
    """How one basic block goes through the pipeline."""

    issues: tuple[Issue, ...]
    cycles: int
    """From the entry to the cycle at which the next block may begin."""
    memory_wait: float
    """Expected cycles that memory adds."""
    mispredict_penalty: int
    """Cycles added when the branch that ends the block is predicted wrongly."""

    @property
    def cost(self) -> float:
        """Cycles that the block is charged with."""
        return self.cycles + self.memory_wait


class CoreModel:
    """What basic blocks cost on a core.

    A block begins with all results of the blocks before it ready. Two things are carried across
    its borders: the refill, which is charged to the block that a taken branch leads to; and the
    state of a block that branches back to itself, which is timed in its steady state.

    Args:
        pipeline: the core's pipeline.
        memory: what it fetches and loads from; by default memory that answers at once.

    Attributes:
        memory: the same.
        unaligned_loads: the core's figures for loads from unaligned addresses.
        division_corrections: cycles that a division takes more than its block is charged with, by its
            operands, in the order of `Divider.outcomes`.
    """

    def __init__(self, pipeline: type[Pipeline], memory: MemoryMap | None = None) -> None:
        self._pipeline = pipeline
        self.memory = memory or MemoryMap()
        self.unaligned_loads = pipeline.unaligned_loads
        self.division_corrections = division_corrections(pipeline)

    def block_cost(self, instructions: Sequence[Instruction], *, entered_taken: bool) -> float:
        """Core cycles from the issue of the first instruction to that of the next block's.

        Args:
            instructions: the whole block, in order.
            entered_taken: a taken branch led here, not the block just before.
        """
        return self.schedule(instructions, entered_taken=entered_taken).cost

    def schedule(self, block: Sequence[Instruction], *, entered_taken: bool) -> Schedule:
        """The block's way through the pipeline, instruction by instruction."""
        if not block:  # code that does not decode faults instead of taking time
            return Schedule((), 0, 0, 0)
        pipeline = self._pipeline(self.memory)
        if entered_taken and block[-1].target == block[0].address:
            self._pass(pipeline, block, entered_taken=True)
        start = pipeline.cycle
        issues = self._pass(pipeline, block, entered_taken=entered_taken)
        cycles = pipeline.cycle - start
        wait = self.memory.expected_wait(block, cycles, entered_taken=entered_taken)
        schedule = tuple(issue.relative_to(start) for issue in issues)
        return Schedule(schedule, cycles, wait, pipeline.mispredict_penalty)

    def waiting(self, schedule: Schedule, block: Sequence[Instruction], *, entered_taken: bool) -> Schedule:
        """A schedule by a model of the same core, as memory as it is here keeps it waiting."""
        if not block:
            return schedule
        wait = self.memory.expected_wait(block, schedule.cycles, entered_taken=entered_taken)
        return replace(schedule, memory_wait=wait)

    @staticmethod
    def _pass(pipeline: Pipeline, block: Sequence[Instruction], *, entered_taken: bool) -> list[Issue]:
        pipeline.enter(block[0], taken=entered_taken)
        for instruction in block:
            pipeline.issue(instruction)
        pipeline.leave()
        return pipeline.issues[-len(block) :]
