"""The linker script of an image: its chip's memories, the firmware's sections, and a section a workload."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hilbench.chips import Chip, Placement
from hilbench.image.compiled_workload import COMMON_DIR, OBJECT_SUFFIX, CompiledWorkload
from hilbench.image.layout import Layout
from hilbench.operators.workload import ConstantMemory

_COPIES = (ConstantMemory.COUPLED, ConstantMemory.SRAM)
COPIED_SECTIONS = (".kernels", *(f".{memory}_constants" for memory in _COPIES))
"""Sections that start-up copies to RAM, in the order in which the firmware checks them."""


def section_name(index: int) -> str:
    """Section of workload `index`: its constants, and its code where that is not copied before it runs."""
    return f".workload.{index}"


def section_symbol(index: int) -> str:
    """Beginning of the names of the section's limits, as the manifest's C has them."""
    return f"hb_workload_{index}"


def linker_script(
    chip: Chip, placement: Placement, regions: str, compiled: Sequence[CompiledWorkload], layout: Layout
) -> str:
    """Text of the script.

    Args:
        chip: whose memories there are.
        placement: where code and activations live.
        regions: the placement's part, from the folder of the chip's family.
        compiled: the workloads, in their order.
        layout: where they lie.
    """
    memories = "\n".join(
        f"    {name} (rwx) : ORIGIN = {memory.base:#010x}, LENGTH = {memory.size:#x}"
        for name, memory in chip.memories.items()
    )
    sections = _beside_constants if placement is Placement.FLASH else _apart_from_constants
    return "\n".join(
        (
            f"MEMORY\n{{\n{memories}\n}}\n",
            f"WAY_BYTES = {layout.way:#x};",
            regions,
            (COMMON_DIR / "sections.ld").read_text(encoding="utf-8"),
            "SECTIONS\n{",
            *_other_banks(chip),
            *sections(compiled, layout),
            "}\n",
        )
    )


def _other_banks(chip: Chip) -> Iterator[str]:
    """A section for each bank of RAM, for what a network keeps there and not in its arena."""
    for name in chip.ram_banks:
        yield f"    .arena.{name} (NOLOAD) : ALIGN(32) {{ *(.arena.{name}) }} > {name}"


def _beside_constants(compiled: Sequence[CompiledWorkload], layout: Layout) -> Iterator[str]:
    """A section a workload: its code, and behind it its constants, but for those that are copied."""
    copied = {memory for each in compiled for memory in each.copied.values()}
    for memory in _COPIES:
        if memory in copied:
            yield from _copied_constants(memory, compiled, layout.without_caches, "ARENA")
        else:
            yield from _nothing_copied(f"{memory}_constants")
    yield from _nothing_copied("kernels")
    for index, each in enumerate(compiled):
        parts = [_code(each, layout), _constants(each, layout)]
        yield _section(section_name(index), layout, _limited(index, parts), "KERNELS")


def _nothing_copied(name: str) -> Iterator[str]:
    yield f"    hb_{name}_start = 0; hb_{name}_end = 0; hb_{name}_load = 0; /* nothing is copied */"


def _apart_from_constants(compiled: Sequence[CompiledWorkload], layout: Layout) -> Iterator[str]:
    """Sections with all code and with constants, copied at start-up; one a workload with the others."""
    tight = layout.without_caches
    code = [f". = ALIGN({tight.way}); {_code(each, tight)}" for each in compiled]
    marked = ["hb_kernels_start = .;", *code, ". = ALIGN(4);", "hb_kernels_end = .;"]
    yield _section(".kernels", tight, marked, "KERNELS AT > FLASH")
    yield "    hb_kernels_load = LOADADDR(.kernels);"
    for memory in _COPIES:
        yield from _copied_constants(memory, compiled, tight, f"{memory.upper()}_CONSTANTS")
    for index, each in enumerate(compiled):
        parts = _limited(index, [_constants(each, layout)])
        yield _section(section_name(index), layout, parts, "FLASH")


def _copied_constants(
    memory: ConstantMemory, compiled: Sequence[CompiledWorkload], layout: Layout, region: str
) -> Iterator[str]:
    """One section with all constants that start-up copies to a memory, which is a region of the script."""
    name = f"{memory}_constants"
    parts = [
        f"*{_folder(each)}/{target}(.rodata .rodata.*)"
        for each in compiled
        for target, place in each.copied.items()
        if place == memory
    ]
    marked = [f"hb_{name}_start = .;", *parts, ". = ALIGN(4);", f"hb_{name}_end = .;"]
    yield _section(f".{name}", layout, marked, f"{region} AT > FLASH")
    yield f"    hb_{name}_load = LOADADDR(.{name});"


def _limited(index: int, parts: Sequence[str]) -> list[str]:
    """Parts of a section with its limits."""
    return [f"{section_symbol(index)}_begin = .;", *parts, f"{section_symbol(index)}_end = .;"]


def _section(name: str, layout: Layout, parts: Sequence[str], region: str) -> str:
    aligned = f" SUBALIGN({layout.line})" if layout.line else ""
    body = "\n".join(f"        {part}" for part in parts)
    return f"    {name} : ALIGN({layout.way}){aligned}\n    {{\n{body}\n    }} > {region}"


def _code(compiled: CompiledWorkload, layout: Layout) -> str:
    return _shifted(layout.code_shift, compiled, ".text .text.*")


def _constants(compiled: CompiledWorkload, layout: Layout) -> str:
    return _shifted(layout.constants_shift, compiled, ".rodata .rodata.*")


def _shifted(shift: int, compiled: CompiledWorkload, sections: str) -> str:
    gap = f". += {shift}; " if shift else ""
    return f"{gap}*{_folder(compiled)}/*{OBJECT_SUFFIX}({sections})"


def _folder(compiled: CompiledWorkload) -> str:
    """Name of the folder of all its objects."""
    return compiled.objects[0].parent.name
