"""Distribution of workloads over images: as few images as fit, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hilbench.image.capacity import Capacity
from hilbench.image.compiled_workload import CompiledWorkload
from hilbench.image.manifest import manifest_bytes

_LIBRARY_BYTES = 4096
_LIBRARY_FUNCTIONS = 4
"""Functions of the compiler's runtime library that are reckoned with, each of which begins at a way, and
their bytes; where workloads call more of them, a full image does not link and is halved."""


@dataclass
class _Bin:
    capacity: Capacity
    workloads: list[CompiledWorkload] = field(default_factory=list)
    flash: int = _LIBRARY_BYTES
    code: int = 0

    def __post_init__(self) -> None:
        self.flash += _LIBRARY_FUNCTIONS * self.capacity.layout.way

    def has_room(self, compiled: CompiledWorkload) -> bool:
        return (
            self.flash + self._flash_bytes(compiled) <= self.capacity.flash
            and self.code + self._code_bytes(compiled) <= self.capacity.code
        )

    def add(self, compiled: CompiledWorkload) -> None:
        self.workloads.append(compiled)
        self.flash += self._flash_bytes(compiled)
        self.code += self._code_bytes(compiled)

    def _code_bytes(self, compiled: CompiledWorkload) -> int:
        """Memory for code that a workload takes where it runs."""
        layout = self.capacity.layout
        if self.capacity.together:
            return layout.footprint(compiled.code_bytes, compiled.constant_bytes)
        return layout.without_caches.footprint(compiled.code_bytes)

    def _flash_bytes(self, compiled: CompiledWorkload) -> int:
        """Flash that a workload takes."""
        apart = 0 if self.capacity.together else self.capacity.layout.footprint(compiled.constant_bytes)
        return self._code_bytes(compiled) + apart + manifest_bytes(compiled.workload)


def pack(workloads: Iterable[CompiledWorkload], capacity: Capacity) -> tuple[Sequence[CompiledWorkload], ...]:
    """Distribute workloads: each into the first image with room, which is an estimate; the linker decides.

    One that seems too large for any image has one of its own.
    """
    bins: list[_Bin] = []
    for compiled in workloads:
        room = next((box for box in bins if box.has_room(compiled)), None)
        if room is None:
            room = _Bin(capacity)
            bins.append(room)
        room.add(compiled)
    return tuple(box.workloads for box in bins)
