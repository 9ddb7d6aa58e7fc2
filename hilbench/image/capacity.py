"""Capacity of an image for cases: the chip's memories, less what the firmware takes of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from elftools.elf.elffile import ELFFile

from hilbench.chips import Chip, Memory, Placement
from hilbench.errors import DoesNotFit
from hilbench.image.arena import arena_bytes
from hilbench.image.layout import Layout
from hilbench.operators import OperatorCase

_CODE, _FLASH, _RAM = "memory for code", "flash for code and weights", "RAM for its tensors"
_MOST_DECIMALS = 4
_FOLDED_BYTES = 5
"""Bytes a channel of multipliers and shifts, of which compilers make constants where all channels agree."""


@dataclass(frozen=True)
class Capacity:
    """Capacity of an image under one placement and layout (bytes)."""

    flash: int
    """Flash for code, constants and manifest of all cases, and for the runtime library that they call."""
    code: int
    """Total code of all cases, where they run."""
    arena: int
    """Arena of the largest case."""
    layout: Layout
    together: bool
    """Whether code and constants of a case lie side by side, in flash."""

    @classmethod
    def beside(cls, firmware: Path, chip: Chip, placement: Placement, layout: Layout) -> Capacity:
        """Capacity beside a firmware, as the linker has placed it.

        Args:
            firmware: ELF of an image without cases.
            chip: whose memories there are.
            placement: where code and activations live.
            layout: where in an image a case lies.
        """
        with firmware.open("rb") as stream:
            elf = ELFFile(stream)
            start = next(section["sh_addr"] for section in elf.iter_sections() if section.name == ".arena")
            loaded = list(_loaded(elf))
        flash = min(_end(memory) - _taken(memory, loaded) for memory in _of_kind(chip, "flash"))
        room = next(_end(memory) - start for memory in chip.memories.values() if start in _span(memory))
        if placement is Placement.FLASH:
            return cls(flash, flash, room, layout, together=True)
        code = max(memory.size for memory in _of_kind(chip, "itcm"))
        return cls(flash, code, room, layout, together=False)

    def check_data(self, case: OperatorCase) -> None:
        """Refuse a case whose data alone are too large, before gigabytes of weights are generated.

        Raises:
            DoesNotFit: the sentence says what it needs and what there is.
        """
        for what, needed, available in (
            (_FLASH, least_weight_bytes(case), self.flash),
            (_RAM, arena_bytes(case), self.arena),
        ):
            if needed > available:
                raise DoesNotFit(_sentence(case, what, needed, available))

    def refusal(self, case: OperatorCase, memory: Memory, excess: int) -> DoesNotFit:
        """Refusal of a case alone in an image which the linker found too large for a memory.

        Args:
            case: the only one.
            memory: what it does not fit into.
            excess: bytes that are missing there.
        """
        kinds = {"flash": (_FLASH, self.flash), "itcm": (_CODE, self.code)}
        what, available = kinds.get(memory.kind, (f"{_RAM} and variables", self.arena))
        return DoesNotFit(_sentence(case, what, available + excess, available))


def least_weight_bytes(case: OperatorCase) -> int:
    """Bytes of weights that are in an image whatever the compiler finds out about them."""
    channels = case.outputs[0].shape[-1] if case.outputs[0].shape else 1
    return max(0, case.weight_bytes - _FOLDED_BYTES * channels)


def _loaded(elf: ELFFile) -> Iterator[int]:
    """End of each segment where it is stored."""
    for segment in elf.iter_segments("PT_LOAD"):
        yield segment["p_paddr"] + segment["p_filesz"]


def _taken(memory: Memory, ends: list[int]) -> int:
    """First address of a memory behind everything that is stored there."""
    return max((end for end in ends if end - 1 in _span(memory)), default=memory.base)


def _of_kind(chip: Chip, kind: str) -> Iterator[Memory]:
    return (memory for memory in chip.memories.values() if memory.kind == kind)


def _span(memory: Memory) -> range:
    return range(memory.base, _end(memory))


def _end(memory: Memory) -> int:
    return memory.base + memory.size


def _sentence(case: OperatorCase, what: str, needed: int, available: int) -> str:
    decimals = next(
        (n for n in range(1, _MOST_DECIMALS) if _kib(needed, n) != _kib(available, n)), _MOST_DECIMALS
    )
    return (
        f"{case} needs {_kib(needed, decimals)} of {what}, there are {_kib(available, decimals)}; "
        "choose a smaller shape or another placement."
    )


def _kib(size: int, decimals: int) -> str:
    return f"{size / 1024:.{decimals}f} KiB"
