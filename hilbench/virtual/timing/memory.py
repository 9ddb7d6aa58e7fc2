"""Cost of fetches and data accesses beyond the core's own pipeline, by region of memory.

The pipelines assume memory that answers at once. What slower memory adds is in part an expected value
that belongs to the block: wait states, weighted by how often a prefetch buffer or cache does not hide
them. What depends on the addresses that it accesses, and on what a cache holds, is found out as it runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hilbench.chips import MemoryTiming
from hilbench.chips.chip import Memory
from hilbench.virtual.timing.instruction import Instruction, Operation

_DATA = (Operation.LOAD, Operation.LOAD_MULTIPLE)
_BEATS = 4
"""Transfers of a 64-bit bus for a line of 32 bytes."""


@dataclass(frozen=True, slots=True)
class FlashSettings:
    """Settings of a flash controller; by default those that the firmware makes for the full clock.

    Attributes:
        wait_states: None for those that the chip's description says.
        prefetch: whether its prefetch buffer is on.
        code_cache: whether its cache of instructions is.
        data_cache: whether its cache of data is.
    """

    wait_states: float | None = None
    prefetch: bool = True
    code_cache: bool = True
    data_cache: bool = True


@dataclass(frozen=True, slots=True)
class MemorySettings:
    """Settings by which the firmware decides how memories answer.

    Attributes:
        flash: in the flash controller.
        clock_divider: of the memories' clock; None for that of the chip's description.
        instruction_cache: whether the core's own is on, where it has one.
        data_cache: whether the core's own is on, where it has one.
    """

    flash: FlashSettings = FlashSettings()
    clock_divider: float | None = None
    instruction_cache: bool = True
    data_cache: bool = True


@dataclass(frozen=True, slots=True)
class Region:
    """Timing of one block of memory, as it answers the core.

    Attributes:
        wait_states: extra cycles of an access that nothing hides.
        line_bytes: what one access fetches; those that follow within it are free.
        prefetch: the next line is read while this one executes.
        code_miss: probability that a fetch of a line is not found in a cache.
        data_miss: probability that a load is not found in a cache.
        shares_fetch_port: loads from here delay instruction fetches from here by a cycle.
        code_fill: cycles to fill a line of the core's instruction cache from here; 0 where it is not cached.
        data_wait: cycles that a load from here takes longer, or a line fill of the core's data cache.
        store_wait: the same for a store; the store buffer hides all but what keeps the bus busy.
        data_cached: whether the core's data cache keeps what is loaded from here.
        loads_apart: loads do not go the way of the fetches, so that literals are loads like others.
        timed: some settings make accesses wait.
    """

    base: int
    size: int
    wait_states: float = 0
    line_bytes: int = 4
    prefetch: bool = False
    code_miss: float = 1.0
    data_miss: float = 1.0
    shares_fetch_port: bool = False
    code_fill: float = 0
    data_wait: float = 0
    store_wait: float = 0
    data_cached: bool = False
    loads_apart: bool = False
    timed: bool = False

    def __contains__(self, address: int) -> bool:
        return self.base <= address < self.base + self.size


def flash_region(memory: Memory, timing: MemoryTiming, settings: MemorySettings) -> Region:
    """A memory as a core without caches sees it, which shares its port between fetches and loads."""
    latency = _latency(memory, timing, settings)
    data_miss = timing.data_miss if settings.flash.data_cache else 1
    return Region(
        memory.base,
        memory.size,
        wait_states=latency,
        line_bytes=timing.line_bytes,
        prefetch=timing.prefetch and settings.flash.prefetch,
        code_miss=timing.code_miss if settings.flash.code_cache else 1,
        data_miss=data_miss,
        shares_fetch_port=memory.kind == "flash",
        data_wait=latency * data_miss,
        timed=True,
    )


def cached_region(memory: Memory, timing: MemoryTiming, settings: MemorySettings, fetch_bytes: int) -> Region:
    """A memory as a core with caches sees it; misses are not expected, they are found out one by one."""
    latency = _latency(memory, timing, settings)
    return Region(
        memory.base,
        memory.size,
        wait_states=latency,
        line_bytes=fetch_bytes,  # with the cache off every fetch goes all the way
        code_miss=float(not settings.instruction_cache),
        code_fill=latency if settings.instruction_cache else 0,
        data_wait=latency,
        store_wait=_BEATS * _divider(timing, settings),
        data_cached=settings.data_cache,
        loads_apart=True,
        timed=True,
    )


def _latency(memory: Memory, timing: MemoryTiming, settings: MemorySettings) -> float:
    chosen = settings.flash.wait_states if memory.kind == "flash" else None
    wait_states = timing.wait_states if chosen is None else chosen
    divider = _divider(timing, settings)
    return wait_states * divider + timing.bus_cycles * divider / timing.clock_divider


def _divider(timing: MemoryTiming, settings: MemorySettings) -> float:
    return timing.clock_divider if settings.clock_divider is None else settings.clock_divider


@dataclass(frozen=True, slots=True)
class MemoryMap:
    """The regions of a chip."""

    regions: tuple[Region, ...] = ()

    def region(self, address: int) -> Region:
        """The region around an address; memory that is not described answers at once."""
        found = (region for region in self.regions if address in region)
        return next(found, Region(address, 1))

    def shares_port(self, load: Instruction) -> bool:
        """Whether a PC-relative load goes to the memory that its own code is fetched from."""
        if load.literal is None:
            return False
        code = self.region(load.address)
        return code.shares_fetch_port and load.literal in code

    def expected_wait(self, block: Sequence[Instruction], cycles: int, *, taken: bool) -> float:
        """Cycles that memory is expected to add to a block which takes `cycles` in the pipeline."""
        return self._fetch_wait(block, cycles, taken) + sum(map(self._load_wait, block))

    def _fetch_wait(self, block: Sequence[Instruction], cycles: int, taken: bool) -> float:
        code = self.region(block[0].address)
        if not code.wait_states:
            return 0
        lines = (block[-1].end - 1) // code.line_bytes - block[0].address // code.line_bytes
        meanwhile = cycles / (lines + 1) - 1 if code.prefetch else 0
        onwards = lines * max(0, code.wait_states - meanwhile)
        first = code.wait_states if taken else 0
        return (first + onwards) * code.code_miss

    def _load_wait(self, instruction: Instruction) -> float:
        """Expected wait of a literal; all other loads have addresses that only the running program knows."""
        if instruction.operation not in _DATA or instruction.literal is None:
            return 0
        source = self.region(instruction.literal)
        return 0 if source.loads_apart else source.wait_states * source.data_miss
