"""Timing of a chip's memories: the parameters of the timing model that belong to the chip."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class MemoryTiming(BaseModel):
    """Time for which one memory keeps the core waiting, at the chip's full clock.

    An access that no cache or buffer answers takes `wait_states * clock_divider + bus_cycles` core cycles
    more than the pipeline reckons with; where a core has caches of its own, that is what a line fill takes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    wait_states: float = Field(default=0, ge=0)
    """Periods of the memory's clock; a flash controller's registers may say otherwise meanwhile."""
    clock_divider: float = Field(default=1, ge=1)
    """Core cycles in a period of the memory's clock."""
    bus_cycles: float = Field(default=0, ge=0)
    """Core cycles on the way to the memory and back."""
    line_bytes: int = Field(default=4, gt=0)
    """Bytes of one access; further accesses within them are free."""
    prefetch: bool = False
    """Whether a buffer can read the next line while this one executes."""
    code_miss: float = Field(default=1, ge=0, le=1)
    """Part of the fetched lines that the memory's own cache does not hold, it being on."""
    data_miss: float = Field(default=1, ge=0, le=1)
    """Part of the loads that the memory's own cache does not hold, it being on."""
    source: str
    """Sources of the figures, and which of them are estimates."""
