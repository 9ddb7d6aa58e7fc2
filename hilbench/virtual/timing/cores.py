"""Timing model of a chip's core on its memories, from the chip's description."""

from __future__ import annotations

from hilbench.chips import Chip
from hilbench.errors import ConfigError
from hilbench.suggestions import alternatives
from hilbench.virtual.timing.cortex_m0plus import CortexM0Plus
from hilbench.virtual.timing.cortex_m4 import CortexM3, CortexM4
from hilbench.virtual.timing.cortex_m7 import CortexM7
from hilbench.virtual.timing.cortex_m33 import CortexM33
from hilbench.virtual.timing.figures import with_figures
from hilbench.virtual.timing.memory import MemoryMap, MemorySettings, Region, cached_region, flash_region
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
HAS_CACHES = ("cortex-m7",)
"""Cores that fetch and load through caches of their own, so that loads do not delay fetches."""


def core_model(chip: Chip, settings: MemorySettings | None = None) -> CoreModel:
    """The timing model of the chip's core on its memories, by default as set up for the full clock."""
    chosen = settings or MemorySettings()
    regions = tuple(_region(name, chip, chosen) for name in chip.memories)
    return CoreModel(with_figures(PIPELINES[chip.core], chip.pipeline), MemoryMap(regions))


def bare_core_model(core: str) -> CoreModel:
    """The timing model of a core by its name, on memory that answers at once.

    Raises:
        ConfigError: there is no model of that core.
    """
    if core not in PIPELINES:
        raise ConfigError(f"No core '{core}' is modelled{alternatives(core, PIPELINES)}")
    return CoreModel(PIPELINES[core])


def _region(name: str, chip: Chip, settings: MemorySettings) -> Region:
    memory = chip.memories[name]
    timing = chip.timing.get(name)
    if timing is None:
        return Region(memory.base, memory.size)
    if chip.core in HAS_CACHES:
        return cached_region(memory, timing, settings, PIPELINES[chip.core].fetch_bytes)
    return flash_region(memory, timing, settings)
