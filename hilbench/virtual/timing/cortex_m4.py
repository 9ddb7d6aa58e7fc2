"""Cortex-M3 and Cortex-M4: three stages, one instruction at a time, loads pipelined.

Sources: Cortex-M3 (DDI 0337) and Cortex-M4 (100166) Technical Reference Manuals, "instruction set
summary", "load/store timings" and, for the FPU, "FPU instruction set"; measurements of STM32F103
and STM32F407 at github.com/jnk0le/random, and of runs of misaligned instructions at
compendium.i-0.nl ("instruction alignment").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from hilbench.virtual.timing.division import Divider
from hilbench.virtual.timing.instruction import FIRST_FLOAT, PC, Instruction, Operation
from hilbench.virtual.timing.memory import MemoryMap
from hilbench.virtual.timing.pipeline import Cause, Constraint, Pipeline

_O = Operation
_MULTIPLE = (_O.LOAD_MULTIPLE, _O.STORE_MULTIPLE)
_FLOAT_ARITHMETIC = (_O.FLOAT_ADD, _O.FLOAT_MULTIPLY, _O.FLOAT_MULTIPLY_ADD, _O.FLOAT_FUSED)
_FLOAT_BACKGROUND = {_O.FLOAT_DIVIDE: 14, _O.FLOAT_ROOT: 14}
_SYSTEM_BUS = 0x2000_0000
"""What lies from here on is reached by the system bus, what lies below by the code buses."""
_MISALIGNED_RUN, _MISALIGNED_STORES = 3, 4
"""Length from which a run of misaligned 32-bit instructions outruns the prefetch buffer, once."""


class CortexM4(Pipeline):
    """A load's data phase keeps back all but a load or store to the same memory behind it."""

    indirect_cycles: ClassVar[int] = 1
    """More of a branch whose target a register gives: it is fetched a cycle later."""
    loaded_cycles: ClassVar[int] = 2
    """More of a branch whose target memory gives."""
    unaligned_loads = (0, 1, 0, 1, 0, 2, 1, 2)
    """Two bytes, two halfwords, or byte, halfword and byte (100166, "load/store timings"); no store waits."""
    divider = Divider(zero=2, smaller=3, least=5, usual=6)
    """2 to 12 cycles, as the manuals say."""
    cycles: ClassVar[Mapping[Operation, int]] = {
        _O.DIVIDE: divider.usual,
        _O.FLOAT_MULTIPLY_ADD: 3,
        _O.FLOAT_FUSED: 3,
        _O.BARRIER: 3,
        _O.SYSTEM: 2,
        _O.TABLE_BRANCH: 5,
    }
    """Where not 1."""

    def __init__(self, memory: MemoryMap) -> None:
        super().__init__(memory)
        self._previous: Instruction | None = None
        self._previous_cycle = 0
        self._ready: dict[int, int] = {}
        self._address_ready: dict[int, int] = {}
        self._float_free = 0
        self._misaligned: list[Operation] = []

    def constraints(self, instruction: Instruction) -> Iterator[Constraint]:
        """What the neighbour before, the operands and the alignment ask for."""
        yield from self._behind(instruction)
        for register in instruction.address_reads:
            yield Constraint(self._address_ready.get(register, 0), Cause.ADDRESS)
        stored = instruction.operation is _O.STORE  # data are taken a cycle after the address
        for register in instruction.reads - instruction.address_reads:
            yield Constraint(self._ready.get(register, 0) - stored, Cause.RESULT)
        if instruction.is_float:
            yield Constraint(self._float_free, Cause.FLOAT_UNIT)
        if instruction.straddles_word and self._outruns_fetch(instruction):
            yield Constraint(self.cycle + 1, Cause.ALIGNMENT)

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

    def _pipelines(self, load: Instruction, instruction: Instruction) -> bool:
        """Whether the address phase of the instruction may overlap the load's data phase."""
        if _goes_by_code_bus(load) is not _goes_by_code_bus(instruction):
            return False
        if instruction.operation is _O.STORE:
            return True
        if instruction.operation is not _O.LOAD:
            return False
        chained = load.writeback and instruction.writeback and load.base == instruction.base
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
            return 1 + self.indirect_cycles
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
        self._misaligned = [*self._misaligned, operation] if instruction.straddles_word else []
        self._previous, self._previous_cycle = instruction, cycle

    def _outruns_fetch(self, instruction: Instruction) -> bool:
        """Whether a run of misaligned 32-bit instructions gets here to the length that costs a cycle."""
        before, run = self._misaligned, [*self._misaligned, instruction.operation]
        return _is_long(run) and not _is_long(before)

    def leave(self) -> None:
        """Let the data phase of a last load or register-offset store end."""
        last = self._previous
        if last is None:
            return
        if last.operation is _O.LOAD or (last.operation is _O.STORE and last.offset is None):
            self.cycle = max(self.cycle, self._previous_cycle + 2)
        self._previous = None


def _goes_by_code_bus(access: Instruction) -> bool:
    """Whether it reads a literal that lies with the code; all other accesses are taken to go to RAM."""
    return access.literal is not None and access.literal < _SYSTEM_BUS


def _is_long(run: list[Operation]) -> bool:
    only_stores = all(operation is _O.STORE for operation in run)
    return len(run) >= (_MISALIGNED_STORES if only_stores else _MISALIGNED_RUN)


class CortexM3(CortexM4):
    """Slower multiplications, and indexed loads that never chain."""

    cycles: ClassVar[Mapping[Operation, int]] = {
        **CortexM4.cycles,
        _O.MULTIPLY_ADD: 2,
        _O.LONG_MULTIPLY: 4,
        _O.LONG_MULTIPLY_ADD: 5,
    }
    """Where not 1. Long multiplications take 3 to 7, by their operands, which are not known here."""

    def _pipelines(self, load: Instruction, instruction: Instruction) -> bool:
        indexed = instruction.operation is _O.LOAD and instruction.writeback
        return not indexed and super()._pipelines(load, instruction)
