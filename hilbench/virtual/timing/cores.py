"""From a chip's description to the timing model of its core on its memories."""

from __future__ import annotations

from dataclasses import dataclass

from hilbench.chips import Chip
from hilbench.chips.chip import Memory
from hilbench.errors import ConfigError
from hilbench.virtual.timing.cortex_m0plus import CortexM0Plus
from hilbench.virtual.timing.cortex_m4 import CortexM3, CortexM4
from hilbench.virtual.timing.cortex_m7 import CortexM7
from hilbench.virtual.timing.cortex_m33 import CortexM33
from hilbench.virtual.timing.memory import MemoryMap, Region
from hilbench.virtual.timing.model import CoreModel
from hilbench.virtual.timing.pipeline import Pipeline

PIPELINES: dict[str, type[Pipeline]] = {
    "cortex-m0+": CortexM0Plus,
    "cortex-m3": CortexM3,
    "cortex-m4": CortexM4,
    "cortex-m7": CortexM7,
    "cortex-m33": CortexM33,
}
"""The pipeline of each core, by its name in a chip's description."""
_SEPARATE_CACHES = ("cortex-m7",)
"""Cores that fetch and load through caches of their own, so that loads do not delay fetches."""


@dataclass(frozen=True, slots=True)
class _Flash:
    """How a family's flash answers at the full clock; `Region` says what the figures mean."""

    wait_states: float
    line_bytes: int
    prefetch: bool
    code_miss: float
    data_miss: float


_FLASH = {
    # RM0433, 4.3.8: 4 wait states of half the core clock; the caches hold what an operator loops over.
    "stm32h7": _Flash(wait_states=8, line_bytes=32, prefetch=False, code_miss=0, data_miss=0),
    # RM0410, 3.3.2: 7 wait states at 216 MHz, lines of 256 bits; the caches hold what an operator loops over.
    "stm32f7": _Flash(wait_states=7, line_bytes=32, prefetch=True, code_miss=0, data_miss=0),
    # RM0351, 3.3.3: 4 wait states at 80 MHz, lines of 64 bits, caches of 1 KiB code and 256 B data.
    "stm32l4": _Flash(wait_states=4, line_bytes=8, prefetch=False, code_miss=0.05, data_miss=0.25),
    # RM0377, 3.3.3: 1 wait state above 16 MHz, a prefetch buffer, no cache.
    "stm32l0": _Flash(wait_states=1, line_bytes=4, prefetch=True, code_miss=1, data_miss=1),
    # nRF52840 PS, 4.1.2 and 4.3.6: 2 wait states, lines of 128 bits, a cache for instructions alone.
    "nrf52": _Flash(wait_states=2, line_bytes=16, prefetch=False, code_miss=0.05, data_miss=1),
    # nRF9160 PS, 4.3: the same controller and cache.
    "nrf91": _Flash(wait_states=2, line_bytes=16, prefetch=False, code_miss=0.05, data_miss=1),
}
"""Misses are estimates, to be replaced by a calibration of the board."""


def core_model(chip: Chip) -> CoreModel:
    """The timing model of the chip's core, its flash at the wait states of the full clock."""
    regions = tuple(_region(memory, chip) for memory in chip.memories.values())
    data = next((region for region in regions if not region.wait_states), MemoryMap().data)
    return CoreModel(PIPELINES[chip.core], MemoryMap(regions, data))


def bare_core_model(core: str) -> CoreModel:
    """The timing model of a core by its name, on memory that answers at once.

    Raises:
        ConfigError: there is no model of that core.
    """
    if core not in PIPELINES:
        raise ConfigError(f"No core '{core}' is modelled; there are: {', '.join(PIPELINES)}.")
    return CoreModel(PIPELINES[core])


def _region(memory: Memory, chip: Chip) -> Region:
    flash = _FLASH.get(chip.family) if memory.kind == "flash" else None
    shared = memory.kind == "flash" and chip.core not in _SEPARATE_CACHES
    if flash is None:
        return Region(memory.base, memory.size, shares_fetch_port=shared)
    return Region(
        memory.base,
        memory.size,
        wait_states=flash.wait_states,
        line_bytes=flash.line_bytes,
        prefetch=flash.prefetch,
        code_miss=flash.code_miss,
        data_miss=flash.data_miss,
        shares_fetch_port=shared,
    )
