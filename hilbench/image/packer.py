"""Distribution of cases over images: as few images as fit, cases in their order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hilbench.chips import Chip, Placement
from hilbench.errors import ConfigError, DoesNotFit
from hilbench.image.arena import arena_bytes
from hilbench.image.kernel_object import Kernel
from hilbench.image.layout import Layout
from hilbench.operators import OperatorCase

_MANIFEST_BYTES = 64
"""A case's entry in the manifest, with its id."""

_FLASH = "flash for code and weights"


@dataclass(frozen=True)
class Capacity:
    """Capacity of an image under one placement and layout (bytes)."""

    flash: int
    code: int
    """Total code of all cases, where they run."""
    arena: int
    """Arena of the largest case."""
    layout: Layout
    together: bool
    """Whether code and constants of a case lie side by side, in flash."""

    @classmethod
    def of(cls, chip: Chip, placement: Placement, layout: Layout) -> Capacity:
        """Capacity of `chip`: its largest block of each kind of memory, less what the firmware takes.

        Stacks and buffers lie in data TCM; where there is none, beside the arena.

        Raises:
            ConfigError: the chip has no memory of that kind.
        """
        flash = _largest(chip, "flash") - chip.firmware.flash
        tight = _largest(chip, "dtcm")
        if placement is Placement.TCM and not tight:
            raise ConfigError(f"{chip.name} has no tightly coupled memory; use placement 'flash'.")
        if placement is Placement.TCM:
            code, arena = _largest(chip, "itcm"), tight - chip.firmware.ram
            return cls(flash, code, arena, layout, together=False)
        shared = 0 if tight else chip.firmware.ram
        return cls(flash, flash, _largest(chip, "sram") - shared, layout, together=True)

    def code_bytes(self, kernel: Kernel) -> int:
        """Memory for code that a kernel takes where it runs."""
        if self.together:
            return self.layout.footprint(kernel.code_bytes, kernel.weight_bytes)
        return self.layout.without_caches.footprint(kernel.code_bytes)

    def flash_bytes(self, kernel: Kernel) -> int:
        """Flash that a kernel takes."""
        constants = 0 if self.together else self.layout.footprint(kernel.weight_bytes)
        return self.code_bytes(kernel) + constants + _MANIFEST_BYTES


@dataclass
class _Bin:
    kernels: list[Kernel] = field(default_factory=list)
    flash: int = 0
    code: int = 0

    def has_room(self, kernel: Kernel, capacity: Capacity) -> bool:
        return (
            self.flash + capacity.flash_bytes(kernel) <= capacity.flash
            and self.code + capacity.code_bytes(kernel) <= capacity.code
        )

    def add(self, kernel: Kernel, capacity: Capacity) -> None:
        self.kernels.append(kernel)
        self.flash += capacity.flash_bytes(kernel)
        self.code += capacity.code_bytes(kernel)


def pack(kernels: Iterable[Kernel], capacity: Capacity) -> tuple[Sequence[Kernel], ...]:
    """Distribute kernels that `check_fits` has let through: each into the first image with room."""
    bins: list[_Bin] = []
    for kernel in kernels:
        room = next((box for box in bins if box.has_room(kernel, capacity)), None)
        if room is None:
            room = _Bin()
            bins.append(room)
        room.add(kernel, capacity)
    return tuple(box.kernels for box in bins)


def check_data_fits(case: OperatorCase, capacity: Capacity) -> None:
    """Refuse a case whose data alone are too large, before gigabytes of weights are generated.

    Raises:
        DoesNotFit: the sentence says what it needs and what there is.
    """
    _require(case, _FLASH, case.weight_bytes, capacity.flash)
    _require(case, "RAM for its tensors", arena_bytes(case), capacity.arena)


def check_fits(kernel: Kernel, capacity: Capacity) -> None:
    """Refuse a case that does not even fit alone.

    Raises:
        DoesNotFit: the sentence says what it needs and what there is.
    """
    check_data_fits(kernel.case, capacity)
    _require(kernel.case, _FLASH, capacity.flash_bytes(kernel), capacity.flash)
    _require(kernel.case, "memory for code", capacity.code_bytes(kernel), capacity.code)


def _require(case: OperatorCase, what: str, needed: int, available: int) -> None:
    if needed > available:
        raise DoesNotFit(
            f"{case} needs {_kib(needed)} of {what}, there are {_kib(available)}; "
            "choose a smaller shape or another placement."
        )


def _largest(chip: Chip, kind: str) -> int:
    return max((memory.size for memory in chip.memories.values() if memory.kind == kind), default=0)


def _kib(size: int) -> str:
    return f"{size / 1024:.1f} KiB"
