"""Cycles and instructions, exact to the instruction, at the speed of the emulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from hilbench.virtual.bus import Bus, MemoryBlock
from hilbench.virtual.core import layout as at
from hilbench.virtual.core.block import Block, histogram
from hilbench.virtual.core.block_costs import BlockCosts
from hilbench.virtual.core.branches import Branches
from hilbench.virtual.core.caches import Caches, parts
from hilbench.virtual.core.core_features import CoreFeatures
from hilbench.virtual.core.table import make_table
from hilbench.virtual.core.tally import Tally
from hilbench.virtual.timing import OUTCOMES, CoreModel, Entry, Instruction

_FOREVER = np.iinfo(np.int64).max


class BlockCounter:
    """Owns the native hook's table: costs each distinct block once, counts from then on.

    Attributes:
        table: the array that the hook works on; its parts are in `layout`.
        caches: which lines they hold.
        tally: executed instructions since power-on.
        division_corrections: parts of cycles that divisions take more than their blocks cost, by the model.

    Args:
        bus: what code is read from.
        model: what a block costs at first.
        features: the core, whose caches count.
        tight: whether a memory is tightly coupled.
        exact: every access of data is looked up in the cache.
    """

    def __init__(
        self,
        bus: Bus,
        model: CoreModel,
        features: CoreFeatures,
        tight: Callable[[MemoryBlock], bool],
        *,
        exact: bool = False,
    ) -> None:
        self._bus = bus
        self._tight = tight
        self._next_model = model
        self._costs = BlockCosts(bus, model)
        self._blocks: dict[int, Block] = {}
        self._span = range(0)
        """Addresses among which all blocks lie that there have been."""
        self._forgotten = 0
        table = make_table(bus)
        self.table = table.words
        self.tally = Tally(self.table)
        self._branches = Branches(self.table)
        self.caches = Caches(table, bus, features, exact=exact, by_region=model.by_region)
        self.division_corrections = np.zeros(OUTCOMES, np.int64)
        self._serve()
        self.forget_position()

    @property
    def model(self) -> CoreModel:
        """Timing model that blocks are costed by."""
        return self._costs.model

    @property
    def cycles(self) -> int:
        """Whole cycles since power-on; while the core runs, up to the end of its current block."""
        return self.parts // at.CYCLE_PARTS

    @property
    def parts(self) -> int:
        """Cycles since power-on, as `cycles`, in parts of which a cycle has `at.CYCLE_PARTS`."""
        return int(self.table[at.CYCLES])

    @property
    def tight_cycles(self) -> int:
        """Cycles, out of `cycles`, that were spent in tightly coupled memory."""
        return int(self.table[at.TIGHT_CYCLES]) // at.CYCLE_PARTS

    @property
    def instructions(self) -> int:
        """Instructions executed since power-on."""
        return self.tally.instructions

    def set_model(self, model: CoreModel) -> None:
        """Count by another model, of the same core, from the next run on."""
        self._next_model = model

    def begin(self, deadline: int | None) -> None:
        """Prepare the table for a run that ends at `deadline` cycles."""
        if self._next_model is not self.model:
            self._cost_anew()
        self.table[at.DEADLINE] = _FOREVER if deadline is None else deadline * at.CYCLE_PARTS
        self.table[at.STOPPED] = 0
        self.table[at.UNKNOWN_SIZE] = 0
        self.table[at.LAST_START] = -1

    def cost_block(self, register: Callable[[int], int]) -> Sequence[Instruction] | None:
        """Cost the block at which the hook stopped, and return it; None when it stopped otherwise.

        Args:
            register: the value of a core register, by its number.
        """
        size = int(self.table[at.UNKNOWN_SIZE])
        if not size:
            return None
        self.table[at.UNKNOWN_SIZE] = 0
        start = int(self.table[at.UNKNOWN_START])
        block = self._blocks.get(start)
        if block and self.table[block.entry + at.SIZE] == -size:
            self._follow(block, register)
        else:
            self._cost(start, size, register)
        return self._blocks[start].instructions

    def block_at(self, address: int) -> Block | None:
        """The block that begins at an address; None where none was costed."""
        return self._blocks.get(address)

    def known_instructions(self) -> Iterator[Instruction]:
        """Instructions of every block that was costed and has not changed."""
        return (each for block in self._blocks.values() for each in block.instructions)

    def add(self, cycles: int) -> None:
        """Account for cycles that no instruction spends, as exception entry does."""
        self.table[at.CYCLES] += cycles * at.CYCLE_PARTS

    def forget_position(self) -> None:
        """Have the next block entered as by a taken branch, wherever it lies."""
        self.table[at.LAST_END] = -1
        self.table[at.LAST_ENTRY] = at.NO_ENTRY

    def truncate(self, pc: int) -> None:
        """Take back the rest of the current block, which ended before the instruction at `pc`."""
        rest = self._rest(pc)
        if not rest:
            return
        self.take_back(self.rest(pc))
        self.tally.settle(-histogram(rest))
        self.table[at.LAST_END] = pc
        self.table[at.LAST_ENTRY] = at.NO_ENTRY

    def take_back(self, cycles: int) -> None:
        """Take back so many parts of cycles that the current block took less than it was charged with."""
        self.table[at.CYCLES] -= cycles
        self.table[at.TIGHT_CYCLES] -= cycles * self.table[self.table[at.LAST_ENTRY] + at.TIGHT]

    def instructions_from(self, pc: int) -> int:
        """Instructions already counted for the current block from the one at `pc` on."""
        return len(self._rest(pc))

    def rest(self, pc: int) -> int:
        """Parts of cycles already counted for the current block from the instruction at `pc` on."""
        block = self._current()
        rest = self._rest(pc)
        if block is None or not rest:
            return 0
        done = block.instructions[: len(block.instructions) - len(rest)]
        if not done:
            return int(self.table[at.LAST_COST])
        return self._costs.rest(block, done, pc)

    @property
    def execution(self) -> tuple[int, ...]:
        """Identity of one execution of a block: where it starts, and which one since when."""
        entry = int(self.table[at.LAST_ENTRY])
        return int(self.table[at.LAST_START]), int(self.table[entry + at.EXECUTIONS]), self._forgotten

    def current_instructions(self) -> Sequence[Instruction]:
        """The block that the core is in, whole."""
        block = self._current()
        return block.instructions if block else ()

    def invalidate(self, address: int, size: int) -> bool:
        """Forget blocks that overlap changed memory; True when there were some."""
        if address >= self._span.stop or address + size <= self._span.start:  # DMA comes here for every byte
            return False
        stale = [
            start
            for start, block in self._blocks.items()
            if start < address + size and address < start + len(block.code)
        ]
        for start in stale:
            self._forget(start)
        return bool(stale)

    def check(self, address: int) -> None:
        """Forget the block at `address` if the core itself has overwritten it."""
        block = self._blocks.get(address)
        if block and self._bus.read(address, len(block.code)) != block.code:
            self._forget(address)

    def forget_branches(self) -> None:
        """Predict every branch as one that was never executed."""
        self._branches.forget()

    def _forget(self, start: int) -> None:
        block = self._blocks.pop(start)
        self._forgotten += 1
        self.tally.remove(block)
        self._branches.remove(block)
        self.table[block.entry : block.entry + at.ENTRY] = 0

    def _cost(self, start: int, size: int, register: Callable[[int], int]) -> None:
        if start in self._blocks:
            self._forget(start)
        memory = self._bus.block_at(start)
        if memory is None:
            raise ValueError(f"code at 0x{start:08X} lies in no memory")
        code = self._bus.read(start, size)
        instructions = self._costs.decode(code, start, register)
        entry = self._entry(start)
        schedules = self._costs.schedules(code, instructions)
        lead = self._lead(start)
        way = Entry(int(self.table[at.LAST_WAY]))
        block = Block(start, code, entry, instructions, histogram(instructions), schedules, lead, way)
        self._blocks[start] = block
        first = min(start, self._span.start) if self._span else start
        self._span = range(first, max(start + size, self._span.stop))
        self.tally.add(block)
        self._enter_cost(block)
        self._lead_anew(block)
        self._branches.enter(block)
        self.caches.enter(entry, instructions)
        self.table[entry + at.UNMASKS] = any(each.unmasks for each in instructions)
        self.table[entry + at.TIGHT] = self._tight(memory)
        self.table[entry + at.SIZE] = size

    def _lead_anew(self, entered: Block) -> None:
        """Tell what follows a block that this is its lead: what is entered later is a loop's way, mostly."""
        follower = self._blocks.get(entered.start + len(entered.code))
        if follower is None or not follower.lead or not entered.instructions:
            return
        if follower.lead[0].address < entered.start and not entered.instructions[-1].ends_block:
            led = replace(follower, lead=entered.instructions, lead_entry=Entry.TAKEN, costs={}, rests={})
            self._blocks[follower.start] = led
            self._enter_cost(led)

    def _follow(self, block: Block, register: Callable[[int], int]) -> None:
        """Cost a block anew that was found to go to other memories than before."""
        self.table[block.entry + at.SIZE] = len(block.code)
        instructions = self._costs.with_regions(block.instructions, register)
        if instructions == block.instructions:
            return
        schedules = self._costs.schedules(block.code, instructions)
        moved = replace(block, instructions=instructions, schedules=schedules, costs={}, rests={})
        self._blocks[block.start] = moved
        self._enter_cost(moved)
        self._branches.enter(moved)

    def _cost_anew(self) -> None:
        self._costs.model = self._next_model
        self._serve()
        for block in self._blocks.values():
            block.rests.clear()
            self._enter_cost(block)

    def _serve(self) -> None:
        """Have the native hooks count by the model."""
        self.caches.serve(self.model.memory)
        self.caches.charge_unaligned(self.model.unaligned_loads)
        self.division_corrections[:] = [parts(each) for each in self.model.division_corrections]

    def _enter_cost(self, block: Block) -> None:
        waited = int(self.table[block.entry + at.DATA_COST])
        for way, cost in enumerate(self._costs.by_way(block)):
            self.table[block.entry + at.COST + way] = cost + waited
        self.table[block.entry + at.FILL] = self.caches.fill(block.start)

    def _lead(self, start: int) -> tuple[Instruction, ...]:
        """Instructions just before an unknown block, back to the last that ends a block of itself."""
        last = self._current()
        if last is None or last.entry != self.table[at.LAST_ENTRY] or not last.instructions:
            return ()
        end = last.instructions[-1]
        return (*last.lead, *last.instructions) if end.end == start and not end.ends_block else ()

    def _entry(self, start: int) -> int:
        page = int(self.table[at.HEADER + (start >> at.PAGE_SHIFT)])
        return page + (start % at.PAGE_BYTES // 2) * at.ENTRY

    def _current(self) -> Block | None:
        return self._blocks.get(int(self.table[at.LAST_START]))

    def _rest(self, pc: int) -> tuple[Instruction, ...]:
        block = self._current()
        if block is None or not self.table[at.LAST_START] <= pc < self.table[at.LAST_END]:
            return ()
        return tuple(each for each in block.instructions if each.address >= pc)
