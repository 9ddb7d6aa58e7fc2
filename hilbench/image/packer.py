"""Distribution of cases over images: as few images as fit, cases in their order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hilbench.image.capacity import Capacity
from hilbench.image.kernel_object import Kernel

_MANIFEST_BYTES = 80
"""A case's entry in the manifest, with its id."""
_LIBRARY_BYTES = 4096
_LIBRARY_FUNCTIONS = 4
"""Functions of the compiler's runtime library that are reckoned with, each of which begins at a way, and
their bytes; where cases call more of them, a full image does not link and is halved."""


@dataclass
class _Bin:
    capacity: Capacity
    kernels: list[Kernel] = field(default_factory=list)
    flash: int = _LIBRARY_BYTES
    code: int = 0

    def __post_init__(self) -> None:
        self.flash += _LIBRARY_FUNCTIONS * self.capacity.layout.way

    def has_room(self, kernel: Kernel) -> bool:
        return (
            self.flash + self._flash_bytes(kernel) <= self.capacity.flash
            and self.code + self._code_bytes(kernel) <= self.capacity.code
        )

    def add(self, kernel: Kernel) -> None:
        self.kernels.append(kernel)
        self.flash += self._flash_bytes(kernel)
        self.code += self._code_bytes(kernel)

    def _code_bytes(self, kernel: Kernel) -> int:
        """Memory for code that a kernel takes where it runs."""
        layout = self.capacity.layout
        if self.capacity.together:
            return layout.footprint(kernel.code_bytes, kernel.weight_bytes)
        return layout.without_caches.footprint(kernel.code_bytes)

    def _flash_bytes(self, kernel: Kernel) -> int:
        """Flash that a kernel takes."""
        apart = 0 if self.capacity.together else self.capacity.layout.footprint(kernel.weight_bytes)
        return self._code_bytes(kernel) + apart + _MANIFEST_BYTES


def pack(kernels: Iterable[Kernel], capacity: Capacity) -> tuple[Sequence[Kernel], ...]:
    """Distribute kernels: each into the first image with room, which is an estimate; the linker decides.

    One that seems too large for any image has one of its own.
    """
    bins: list[_Bin] = []
    for kernel in kernels:
        room = next((box for box in bins if box.has_room(kernel)), None)
        if room is None:
            room = _Bin(capacity)
            bins.append(room)
        room.add(kernel)
    return tuple(box.kernels for box in bins)
