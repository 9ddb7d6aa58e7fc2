"""Outline of a deployment, without building it: what a network will need, by its fast kernels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hilbench.chips import Chip
from hilbench.deploy.lowering import lower
from hilbench.deploy.placement import Placement, place
from hilbench.deploy.schedule import Schedule, Step
from hilbench.networks.graph import Graph
from hilbench.networks.passes import simplify
from hilbench.operators import REFERENCE, Registry
from hilbench.operators.variants import DSP, LEAN, SCALAR

_PREFERENCE = {True: (LEAN, DSP, REFERENCE), False: (SCALAR, REFERENCE)}
"""Variants by whether the core has the DSP extension: what a small memory is likely to get."""


@dataclass(frozen=True, repr=False)
class Outline:
    """Needs of a network on a chip.

    Attributes:
        placement: of tensors and scratch memory.
        plain_bytes: RAM of the tensors alone, none of which shares its place with another while both live.
        overlap_bytes: RAM of the tensors alone, outputs growing into the inputs that they use up.
        constant_bytes: weights, bias and what requantizes; code and tables come on top.
        ram: RAM that there is for tensors and scratch memory.
        flash: of the chip, of which the firmware takes a part.
    """

    schedule: Schedule
    placement: Placement
    plain_bytes: int
    overlap_bytes: int
    constant_bytes: int
    ram: int
    flash: int

    @property
    def fits(self) -> bool:
        """Whether both memories hold it."""
        return self.placement.bytes <= self.ram and self.constant_bytes <= self.flash

    def document(self) -> dict[str, Any]:
        """Plain data for JSON."""
        buffers = [
            {
                "name": buffer.name,
                "bytes": buffer.bytes,
                "first": buffer.first,
                "last": buffer.last,
                "offset": self.placement.memory.placements[buffer.name].offset,
            }
            for buffer in self.placement.memory.buffers
        ]
        return {
            "model": self.schedule.name,
            "ram_bytes": self.placement.bytes,
            "plain_bytes": self.plain_bytes,
            "overlap_bytes": self.overlap_bytes,
            "flash_bytes": self.constant_bytes,
            "ram_available": self.ram,
            "flash_available": self.flash,
            "fits": self.fits,
            "buffers": buffers,
        }


def outline(graph: Graph, registry: Registry, chip: Chip, ram: int) -> Outline:
    """Needs of a network on a chip, by the kernels that take little scratch memory.

    Args:
        graph: as it was imported.
        registry: operators that there are.
        chip: that it is for.
        ram: bytes of RAM that there are for its tensors.

    Raises:
        ModelError: it has operators that no kernel computes.
    """
    plain = lower(simplify(graph), registry)
    schedule = replace(plain, steps=tuple(_fast(step, dsp=chip.dsp) for step in plain.steps))
    return Outline(
        schedule,
        place(schedule),
        place(plain, overlaps=False).bytes,
        place(plain).bytes,
        sum(layer.weight_bytes for layer in {step.layer for step in schedule.steps}),
        ram,
        sum(memory.size for memory in chip.memories.values() if memory.kind == "flash"),
    )


def _fast(step: Step, *, dsp: bool) -> Step:
    variant = next(name for name in _PREFERENCE[dsp] if name in step.layer.variants)
    return replace(step, layer=step.layer.with_kernel(variant))
