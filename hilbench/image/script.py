"""The linker script of an image: its chip's memories, the firmware's sections, and a section a case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hilbench.chips import Chip, Placement
from hilbench.image.kernel_object import COMMON_DIR, Kernel
from hilbench.image.layout import Layout


def linker_script(
    chip: Chip, placement: Placement, regions: str, kernels: Sequence[Kernel], layout: Layout
) -> str:
    """Text of the script.

    Args:
        chip: whose memories there are.
        placement: where code and activations live.
        regions: the placement's part, from the folder of the chip's family.
        kernels: the cases, in their order.
        layout: where they lie.
    """
    memories = "\n".join(
        f"    {name} (rwx) : ORIGIN = {memory.base:#010x}, LENGTH = {memory.size:#x}"
        for name, memory in chip.memories.items()
    )
    cases = _beside_constants if placement is Placement.FLASH else _apart_from_constants
    return "\n".join(
        (
            f"MEMORY\n{{\n{memories}\n}}\n",
            f"WAY_BYTES = {layout.way:#x};",
            regions,
            (COMMON_DIR / "sections.ld").read_text(encoding="utf-8"),
            "SECTIONS\n{",
            *cases(kernels, layout),
            "}\n",
        )
    )


def _beside_constants(kernels: Sequence[Kernel], layout: Layout) -> Iterator[str]:
    """A section a case: its code, and behind it its constants."""
    for index, kernel in enumerate(kernels):
        yield _section(
            f".case.{index}", layout, [_code(kernel, layout), _constants(kernel, layout)], "KERNELS"
        )
    yield "    hb_kernels_start = 0; hb_kernels_end = 0; hb_kernels_load = 0; /* nothing is copied */"


def _apart_from_constants(kernels: Sequence[Kernel], layout: Layout) -> Iterator[str]:
    """One section with the code of all cases, copied at start-up, and a section a case with its constants."""
    tight = layout.without_caches
    code = [f". = ALIGN({tight.way}); {_code(kernel, tight)}" for kernel in kernels]
    marked = ["hb_kernels_start = .;", *code, ". = ALIGN(4);", "hb_kernels_end = .;"]
    yield _section(".kernels", tight, marked, "KERNELS AT > FLASH")
    yield "    hb_kernels_load = LOADADDR(.kernels);"
    for index, kernel in enumerate(kernels):
        yield _section(f".case.{index}", layout, [_constants(kernel, layout)], "FLASH")


def _section(name: str, layout: Layout, parts: Sequence[str], region: str) -> str:
    aligned = f" SUBALIGN({layout.line})" if layout.line else ""
    body = "\n".join(f"        {part}" for part in parts)
    return f"    {name} : ALIGN({layout.way}){aligned}\n    {{\n{body}\n    }} > {region}"


def _code(kernel: Kernel, layout: Layout) -> str:
    return _shifted(layout.code_shift, kernel, ".text .text.*")


def _constants(kernel: Kernel, layout: Layout) -> str:
    return _shifted(layout.constants_shift, kernel, ".rodata .rodata.*")


def _shifted(shift: int, kernel: Kernel, sections: str) -> str:
    gap = f". += {shift}; " if shift else ""
    return f"{gap}*{kernel.object.parent.name}/{kernel.object.name}({sections})"
