"""The linker script of an image: its chip's memories, the firmware's sections, and a section a workload."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hilbench.chips import Chip, Placement
from hilbench.image.compiled_workload import COMMON_DIR, OBJECT_SUFFIX, CompiledWorkload
from hilbench.image.layout import Layout


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
            *sections(compiled, layout),
            "}\n",
        )
    )


def _beside_constants(compiled: Sequence[CompiledWorkload], layout: Layout) -> Iterator[str]:
    """A section a workload: its code, and behind it its constants."""
    for index, each in enumerate(compiled):
        parts = [_code(each, layout), _constants(each, layout)]
        yield _section(section_name(index), layout, _limited(index, parts), "KERNELS")
    yield "    hb_kernels_start = 0; hb_kernels_end = 0; hb_kernels_load = 0; /* nothing is copied */"


def _apart_from_constants(compiled: Sequence[CompiledWorkload], layout: Layout) -> Iterator[str]:
    """One section with all code, copied at start-up, and a section a workload with its constants."""
    tight = layout.without_caches
    code = [f". = ALIGN({tight.way}); {_code(each, tight)}" for each in compiled]
    marked = ["hb_kernels_start = .;", *code, ". = ALIGN(4);", "hb_kernels_end = .;"]
    yield _section(".kernels", tight, marked, "KERNELS AT > FLASH")
    yield "    hb_kernels_load = LOADADDR(.kernels);"
    for index, each in enumerate(compiled):
        parts = _limited(index, [_constants(each, layout)])
        yield _section(section_name(index), layout, parts, "FLASH")


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
    folder = compiled.objects[0].parent.name
    return f"{gap}*{folder}/*{OBJECT_SUFFIX}({sections})"
