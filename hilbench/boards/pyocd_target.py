"""First description of a chip, from the memory map of its pyOCD target."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hilbench.errors import ConfigError
from hilbench.image import firmware_families
from hilbench.suggestions import did_you_mean

if TYPE_CHECKING:
    from pyocd.core.memory_map import MemoryRegion

_DSP_CORES = frozenset({"cortex-m4", "cortex-m7", "cortex-m33"})
_ITCM_END = 0x0100_0000
_DTCM = range(0x2000_0000, 0x2400_0000)


def describe_target(target: str, core: str) -> str:
    """YAML of the chip that pyOCD calls `target`; what pyOCD does not know is marked `fill in`.

    Args:
        target: one of pyOCD's own targets.
        core: of the chip.

    Raises:
        ConfigError: pyOCD has no such target with a memory map, or it has no flash or no RAM.
    """
    from pyocd.target.builtin import BUILTIN_TARGETS

    kind = BUILTIN_TARGETS.get(target)
    regions = list(getattr(kind, "MEMORY_MAP", ()))
    if not regions:
        hint = did_you_mean(target, BUILTIN_TARGETS)
        raise ConfigError(
            f"pyOCD has no target '{target}' with a memory map{hint}; `pyocd list --targets` lists them."
        )
    memories = _memories([region for region in regions if region.is_flash or region.is_ram], core)
    kinds = {line.rpartition("kind: ")[2].rstrip("}") for line in memories}
    if "flash" not in kinds or len(kinds) == 1:
        raise ConfigError(f"pyOCD's target {target} has no flash or no RAM in its memory map.")
    name = re.sub(r"x\w$|xx$", "", target)
    family = _family(target)
    has_dsp = str(core in _DSP_CORES).lower()
    return "\n".join(
        [
            f"name: {name}",
            f"vendor: {getattr(kind, 'VENDOR', '') or 'fill in'}",
            f"core: {core}",
            f"fpu: {has_dsp}  # fill in",
            f"dsp: {has_dsp}",
            f"family: {family}",
            f"pyocd_target: {target}",
            "clock_hz: 0  # fill in: of the core, as the firmware sets it",
            "# fill in: address of the identity word, its bits 11:0, and address of the 96-bit unique id",
            "identification: {idcode: 0, device: 0, unique_id: 0}",
            "memories:",
            *memories,
            "sources:",
            f'  - "pyOCD, memory map of the target {target}"',
            "",
        ]
    )


def _memories(regions: list[MemoryRegion], core: str) -> list[str]:
    """A line for each memory; flash banks that follow one another are one."""
    merged: list[tuple[int, int, bool]] = []
    for region in sorted(regions, key=lambda region: region.start):
        if merged and merged[-1][2] and region.is_flash and sum(merged[-1][:2]) == region.start:
            merged[-1] = (merged[-1][0], merged[-1][1] + region.length, True)
        else:
            merged.append((region.start, region.length, region.is_flash))
    lines, counts = [], {"flash": 0, "sram": 0, "itcm": 0, "dtcm": 0}
    for base, size, is_flash in merged:
        kind = "flash" if is_flash else _ram_kind(base, core)
        counts[kind] += 1
        name = kind if counts[kind] == 1 else f"{kind}{counts[kind]}"
        lines.append(f"  {name}: {{base: 0x{base:08X}, size: 0x{size:X}, kind: {kind}}}")
    return lines


def _ram_kind(base: int, core: str) -> str:
    if core != "cortex-m7":
        return "sram"
    return "itcm" if base < _ITCM_END else "dtcm" if base in _DTCM and base == _DTCM.start else "sram"


def _family(target: str) -> str:
    """The firmware's family whose name the target begins with, or what to do."""
    known = [family for family in firmware_families() if target.startswith(family)]
    guess = known[0] if known else re.sub(r"(\D+\d*\D\d).*", r"\1", target)
    return guess if known else f"{guess}  # fill in: the folder below firmware/ that you make for it"
