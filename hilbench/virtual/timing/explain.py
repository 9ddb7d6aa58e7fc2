"""A function's basic blocks with the schedule of each: where the cycles go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from hilbench.virtual.programs.symbols import Function
from hilbench.virtual.timing.decode import Decoder
from hilbench.virtual.timing.instruction import Instruction, Operation
from hilbench.virtual.timing.model import CoreModel, Schedule
from hilbench.virtual.timing.pipeline import Entry


@dataclass(frozen=True)
class ExplainedBlock:
    """One basic block.

    Attributes:
        is_target: a branch of the function, or a call, leads to it.
        schedules: its schedule by each way in.
    """

    address: int
    is_target: bool
    schedules: Mapping[Entry, Schedule]

    @property
    def taken(self) -> Schedule:
        """The schedule when a taken branch leads to it."""
        return self.schedules[Entry.TAKEN]

    @property
    def joined(self) -> Schedule:
        """The schedule when that branch leaves a slot of its cycle to it."""
        return self.schedules[Entry.JOINED]

    @property
    def from_before(self) -> Schedule:
        """The schedule when the block before it runs into it."""
        return self.schedules[Entry.BEFORE]

    @property
    def usual(self) -> Schedule:
        """The schedule that is the more telling one."""
        if not self.is_target:
            return self.from_before
        return self.joined if self._joins_itself else self.taken

    @property
    def _joins_itself(self) -> bool:
        """Whether it is a loop whose branch leaves a slot round after round."""
        loops = self.taken.issues[-1].instruction.target == self.address
        return loops and all(way.onward[True] is Entry.JOINED for way in (self.taken, self.joined))


def explain(function: Function, model: CoreModel) -> tuple[ExplainedBlock, ...]:
    """Schedule every basic block of a function, in rising order of addresses."""
    decoder = Decoder()
    runs = [decoder.decode(run.data, run.address) for run in function.runs]
    targets = {function.address} | {each.target for run in runs for each in run if each.target is not None}
    return tuple(
        ExplainedBlock(block[0].address, block[0].address in targets, model.schedules(block))
        for run in runs
        for block in _blocks(run, targets)
    )


def _blocks(run: Sequence[Instruction], targets: set[int]) -> Iterator[Sequence[Instruction]]:
    """Cut before every branch target and behind every branch."""
    borders = [
        position
        for position, instruction in enumerate(run)
        if position == 0 or instruction.address in targets or _ends_block(run[position - 1])
    ]
    return (run[start:end] for start, end in pairwise([*borders, len(run)]))


def _ends_block(instruction: Instruction) -> bool:
    return instruction.redirects or instruction.operation is Operation.CONDITIONAL_BRANCH
