"""Base of all in-order pipelines: instructions issue one after another, each waiting for causes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from enum import IntEnum, StrEnum
from typing import ClassVar, NamedTuple

from hilbench.virtual.timing.division import Divider
from hilbench.virtual.timing.fetch import FetchQueue
from hilbench.virtual.timing.instruction import Instruction
from hilbench.virtual.timing.memory import MemoryMap


class Entry(IntEnum):
    """Ways into a basic block."""

    BEFORE = 0
    """Entry from the block that lies just before it."""
    TAKEN = 1
    """Entry by a taken branch."""
    JOINED = 2
    """Entry by a predicted branch that left the younger slot of its cycle to the first instruction."""
    LATE = 3
    """Entry by a branch whose target is fetched only as it executes."""
    STARVED = 4
    """Entry from the block just before it, whose branch, not taken, had its target fetched in vain."""

    @property
    def taken(self) -> bool:
        """Whether a taken branch led there."""
        return self not in (Entry.BEFORE, Entry.STARVED)


class Cause(StrEnum):
    """Causes for which an instruction could not issue in the first cycle that was free."""

    RESULT = "result not ready"
    ADDRESS = "address not ready"
    LOAD_DATA = "load's data phase"
    STORE_THEN_LOAD = "load behind a store"
    STORE_OFFSET = "register-offset store"
    STORE_PIPELINED = "store behind a load"
    STORE_BUFFER = "store buffer full"
    FETCH = "not yet fetched"
    FLOAT_UNIT = "floating-point unit busy"
    FLAGS = "flags not ready"


class Stall(NamedTuple):
    """Cycles lost, and why."""

    cycles: int
    cause: Cause


class Constraint(NamedTuple):
    """The earliest cycle at which one cause lets an instruction issue."""

    cycle: int
    cause: Cause


class Issue(NamedTuple):
    """Issue of one instruction: when it left the decoder."""

    instruction: Instruction
    cycle: int
    """Cycle counted from the block's entry; -1 in the cycle of the branch that led there."""
    occupancy: int
    """Cycles until the next instruction may issue, were it not to pair."""
    slot: int = 0
    """1 when it issued together with its elder."""
    stalls: tuple[Stall, ...] = ()
    alone: str = ""
    """Reason for which it could not join its elder, on a dual-issue core."""

    bounds: tuple[float, float] | None = None
    """Fewest and most cycles, where its operands decide; `occupancy` is then what is expected."""

    def relative_to(self, cycle: int) -> Issue:
        """The issue with its cycle counted from another one."""
        return self._replace(cycle=self.cycle - cycle) if cycle else self


class Pipeline(ABC):
    """The state of a core's pipeline while instructions pass through it.

    Attributes:
        cycle: the first cycle at which the next instruction may issue on its own.
        issues: what has issued so far.
        memory: what the core fetches from.
        fetch: the prefetch queue.
    """

    fetch_queue: ClassVar[type[FetchQueue]] = FetchQueue
    fetch_bytes: ClassVar[int] = 4
    fetch_depth: ClassVar[int] = 3
    refill_cycles: ClassVar[int] = 1
    """Cycles that a taken direct branch costs in addition to its own, its target being fetched at once."""
    entries: ClassVar[frozenset[Entry]] = frozenset()
    """Ways into a block other than the first two, which all cores know."""
    rounds_to_settle: ClassVar[int] = 1
    """Rounds of a loop behind which one is like the next."""
    unaligned_loads: ClassVar[tuple[int, ...]] = (0,) * 8
    """Cycles more of a load by address: a halfword at 0 to 3 bytes behind a word boundary, then a word."""
    by_region: ClassVar[bool] = False
    """Whether accesses to one memory follow each other otherwise than those to two."""
    divider: ClassVar[Divider | None] = None
    """Divider: cycles of divisions by their operands; None on a core without."""

    def __init__(self, memory: MemoryMap) -> None:
        self.cycle = 0
        self.issues: list[Issue] = []
        self.memory = memory
        self.fetch = self.fetch_queue(self.fetch_bytes, self.fetch_depth)

    def enter(self, first: Instruction, entry: Entry) -> None:
        """Begin or go on at `first`, led there by a taken branch or from just before it."""
        if entry.taken:
            self.cycle += self.refill_cycles
        self._fetch_from(first, entry)

    def issue(self, instruction: Instruction) -> None:
        """Let the next instruction issue as early as it may."""
        constraints = [*self.constraints(instruction)]
        constraints.append(Constraint(self.fetch.available(instruction.end), Cause.FETCH))
        alone = self._cannot_join(instruction, constraints)
        slot = 1 if alone is None else 0
        cycle, stalls = (self.issues[-1].cycle, ()) if slot else self._wait(constraints)
        occupancy = self.occupancy(instruction)
        self.cycle = max(self.cycle, cycle + occupancy)
        self.fetch.consume(instruction.end, cycle)
        if self.memory.shares_port(instruction):
            self.fetch.steal(cycle)
        bounds = self._bounds(instruction, occupancy)
        self.issues.append(Issue(instruction, cycle, occupancy, slot, stalls, alone or "", bounds))
        self.retire(instruction, cycle, slot)

    @abstractmethod
    def leave(self) -> None:
        """The block ends here: wait for what would keep any instruction from following."""

    def onward(self, *, taken: bool) -> Entry:
        """Way into the next block, by what the branch that was issued last does."""
        return Entry.TAKEN if taken else Entry.BEFORE

    @property
    def mispredict_penalty(self) -> int:
        """Cycles added when the branch that was issued last is predicted wrongly."""
        return 0

    def _fetch_from(self, first: Instruction, entry: Entry) -> None:
        """Have the block fetched; behind a taken branch that begins anew with its first word."""
        self.fetch.restart(first.address, self.cycle, full=entry is Entry.BEFORE)

    def _bounds(self, instruction: Instruction, expected: int) -> tuple[float, float] | None:
        if self.divider is None or instruction.divisor is None:
            return None
        corrections = self.divider.corrections(expected)
        return expected + min(corrections), expected + max(corrections)

    def _wait(self, constraints: list[Constraint]) -> tuple[int, tuple[Stall, ...]]:
        cycle, stalls = self.cycle, []
        for constraint in constraints:
            if constraint.cycle > cycle:
                stalls.append(Stall(constraint.cycle - cycle, constraint.cause))
                cycle = constraint.cycle
        return cycle, tuple(stalls)

    def _cannot_join(self, instruction: Instruction, constraints: list[Constraint]) -> str | None:
        """Reason why the instruction does not issue in its elder's cycle; None when it does."""
        elder = self.issues[-1] if self.issues else None
        if elder is None or elder.slot or self.cycle > elder.cycle + elder.occupancy:
            return ""
        reason = self.refusal(elder.instruction, instruction)
        if reason is None:
            late = (constraint.cause.value for constraint in constraints if constraint.cycle > elder.cycle)
            reason = next(late, None)
        return reason

    def refusal(self, older: Instruction, younger: Instruction) -> str | None:
        """Reason why two neighbours can never share a cycle; None when they can. Single issue: always."""
        return ""

    @abstractmethod
    def constraints(self, instruction: Instruction) -> Iterator[Constraint]:
        """Constraints that the instruction may have to wait for, in the order they take the blame."""

    @abstractmethod
    def occupancy(self, instruction: Instruction) -> int:
        """Cycles for which the instruction keeps the next from issuing."""

    @abstractmethod
    def retire(self, instruction: Instruction, cycle: int, slot: int) -> None:
        """Remember what later instructions may wait for."""
