"""Capacity of an image for workloads: the chip's memories, less what the firmware takes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile

from hilbench.chips import Chip, Memory, Placement
from hilbench.errors import DoesNotFit
from hilbench.image.layout import Layout
from hilbench.operators import Workload

_CODE, _FLASH, _RAM = "memory for code", "flash for code and weights", "RAM for its tensors"
_MOST_DECIMALS = 4
_LINE_BYTES = 32
"""Alignment of what a network keeps in a bank."""


@dataclass(frozen=True)
class Capacity:
    """Capacity of an image under one placement and layout (bytes)."""

    flash: int
    """Flash for code, constants and manifest of all workloads, and for the runtime library that they call."""
    code: int
    """Total code of all workloads, where they run."""
    arena: int
    """Arena of the largest workload."""
    layout: Layout
    together: bool
    """Whether code and constants of a workload lie side by side, in flash."""
    bank: str = ""
    """Name of the memory that the arena lies in."""
    others: Mapping[str, int] = field(default_factory=dict)
    """Bytes that are free in other memories for data, by name."""

    @classmethod
    def beside(cls, firmware: Path, chip: Chip, placement: Placement, layout: Layout) -> Capacity:
        """Capacity that a firmware leaves, as the linker has placed it.

        Args:
            firmware: ELF of an image without workloads.
            chip: whose memories there are.
            placement: where code and activations live.
            layout: where in an image a workload lies.
        """
        with firmware.open("rb") as stream:
            elf = ELFFile(stream)
            start = next(section["sh_addr"] for section in elf.iter_sections() if section.name == ".arena")
            loaded, held = list(_loaded(elf)), list(_held(elf))
        flash = min(_end(memory) - _taken(memory, loaded) for memory in _of_kind(chip, "flash"))
        bank = next(name for name in chip.ram_banks if start in _span(chip.memories[name]))
        room = _end(chip.memories[bank]) - start
        free = {name: _free(chip.memories[name], held) for name in chip.ram_banks if name != bank}
        others = {name: size for name, size in free.items() if size > 0}
        if placement is Placement.FLASH:
            return cls(flash, flash, room, layout, together=True, bank=bank, others=others)
        code = max(memory.size for memory in _of_kind(chip, "itcm"))
        return cls(flash, code, room, layout, together=False, bank=bank, others=others)

    def check_data(self, workload: Workload) -> None:
        """Refuse a workload whose data alone are too large, before gigabytes of weights are generated.

        Raises:
            DoesNotFit: the sentence says what it needs and what there is.
        """
        for what, needed, available in (
            (_FLASH, workload.least_constant_bytes, self.flash),
            (_RAM, workload.arena.bytes, self.arena),
            *(
                (f"{_RAM} in {name}", size, self.others.get(name, 0))
                for name, size in workload.arena.others.items()
            ),
        ):
            if needed > available:
                raise DoesNotFit(_sentence(workload, what, needed, available))

    def refusal(self, workload: Workload, name: str, memory: Memory, excess: int) -> DoesNotFit:
        """Refusal of a workload alone in an image which the linker found too large for a memory.

        Args:
            workload: the only one.
            name: of the memory that it does not fit into.
            memory: that one.
            excess: bytes that are missing there.
        """
        kinds = {"flash": (_FLASH, self.flash), "itcm": (_CODE, self.code)}
        what, available = kinds.get(memory.kind, (f"{_RAM} and variables", self.arena))
        sentence = _sentence(workload, what, available + excess, available)
        return DoesNotFit(sentence, memory=name, excess=excess)


def _loaded(elf: ELFFile) -> Iterator[int]:
    """End of each segment where it is stored."""
    for segment in elf.iter_segments("PT_LOAD"):
        yield segment["p_paddr"] + segment["p_filesz"]


def _held(elf: ELFFile) -> Iterator[int]:
    """End of each section that takes memory while the program runs."""
    for section in elf.iter_sections():
        if section["sh_flags"] & SH_FLAGS.SHF_ALLOC and section["sh_size"]:
            yield section["sh_addr"] + section["sh_size"]


def _free(memory: Memory, held: list[int]) -> int:
    """Bytes of a memory behind all that lies there, from a multiple of a line on."""
    return _end(memory) - -(-_taken(memory, held) // _LINE_BYTES) * _LINE_BYTES


def _taken(memory: Memory, ends: list[int]) -> int:
    """First address of a memory behind everything that is stored there."""
    return max((end for end in ends if end - 1 in _span(memory)), default=memory.base)


def _of_kind(chip: Chip, kind: str) -> Iterator[Memory]:
    return (memory for memory in chip.memories.values() if memory.kind == kind)


def _span(memory: Memory) -> range:
    return range(memory.base, _end(memory))


def _end(memory: Memory) -> int:
    return memory.base + memory.size


def _sentence(workload: Workload, what: str, needed: int, available: int) -> str:
    decimals = next(
        (n for n in range(1, _MOST_DECIMALS) if _kib(needed, n) != _kib(available, n)), _MOST_DECIMALS
    )
    return (
        f"{workload} needs {_kib(needed, decimals)} of {what}, there are {_kib(available, decimals)}; "
        "choose a smaller shape or another placement."
    )


def _kib(size: int, decimals: int) -> str:
    return f"{size / 1024:.{decimals}f} KiB"
