"""Costs of blocks by a timing model, and the memories that their loads and stores go to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from hilbench.virtual.bus import Bus
from hilbench.virtual.core.block import Block
from hilbench.virtual.core.block_cache import BlockCache
from hilbench.virtual.core.caches import parts
from hilbench.virtual.timing import CoreModel, Entry, Instruction, Schedule
from hilbench.virtual.timing.regions import Surroundings, with_regions

Register = Callable[[int], int]
"""Reader of a core register by its number."""


class BlockCosts:
    """Decodes blocks and tells what they cost.

    Args:
        bus: where memories lie.
        model: by which they cost at first.

    Attributes:
        model: by which they cost.
    """

    def __init__(self, bus: Bus, model: CoreModel) -> None:
        self.model = model
        self._bus = bus
        self._cache = BlockCache()

    def decode(self, code: bytes, start: int, register: Register) -> tuple[Instruction, ...]:
        """The instructions of a block that is about to execute, with the memories that they go to."""
        return self.with_regions(self._cache.decode(code, start), register)

    def with_regions(self, block: tuple[Instruction, ...], register: Register) -> tuple[Instruction, ...]:
        """The instructions with the memories that they go to, where the model asks for them."""
        if not self.model.by_region:
            return block
        return with_regions(block, Surroundings(register, self._region_at, self._bus.read))

    def schedules(self, code: bytes, instructions: Sequence[Instruction]) -> Mapping[Entry, Schedule]:
        """Schedules by every way in."""
        return self._cache.schedules(self.model, code, instructions)

    def by_way(self, block: Block) -> Sequence[int]:
        """Parts of cycles that a block costs by each way into it."""
        if self.model not in block.costs:
            costs = {
                way: self.model.waiting(schedule, block.instructions, way).cost
                for way, schedule in block.schedules.items()
            }
            if block.lead:
                lead = block.lead, block.instructions, block.lead_entry
                costs[Entry.BEFORE] = self.model.continuation(*lead)
            block.costs[self.model] = [parts(cost) for cost in costs.values()]
        return block.costs[self.model]

    def rest(self, block: Block, done: Sequence[Instruction], pc: int) -> int:
        """Parts of cycles from the instruction at `pc`, behind those that are done, to a block's end."""
        if pc not in block.rests:
            before = block.schedules[Entry.BEFORE]
            whole = self.model.waiting(before, block.instructions, Entry.BEFORE)
            left = whole.cycles - self.model.schedule(done, Entry.BEFORE).cycles
            # What memory adds is spread evenly, so that no later instruction reads an earlier count.
            block.rests[pc] = parts(left * whole.cost / whole.cycles)
        return block.rests[pc]

    def _region_at(self, address: int) -> int | None:
        memory = self._bus.block_at(address)
        return None if memory is None else memory.base
