"""A program for any core: it counts in RAM how often it was started since the RAM was lost."""

from __future__ import annotations

import struct
from pathlib import Path

from hilbench.chips import Chip

_HEADER, _PROGRAM_HEADER = 52, 32


def boot_counter(chip: Chip, folder: Path) -> tuple[Path, int]:
    """The program as an ELF, and the address of its count."""
    flash = next(memory.base for memory in chip.memories.values() if memory.kind == "flash")
    ram = next(memory for memory in chip.memories.values() if memory.kind not in ("flash", "itcm"))
    count, reset = ram.base + 0x100, flash + 0x10
    code = struct.pack("<4I", ram.base + 0x400, reset | 1, 0, 0) + struct.pack(
        "<6HI",
        0x4C02,  # reset: ldr r4, [pc, #8]
        0x6820,  #        ldr r0, [r4]
        0x3001,  #        adds r0, #1
        0x6020,  #        str r0, [r4]
        0xE7FE,  # loop:  b loop
        0xBF00,  #        nop
        count,
    )
    header = b"\x7fELF\1\1\1" + bytes(9)
    header += struct.pack("<HHIIIIIHHHHHH", 2, 40, 1, reset | 1, _HEADER, 0, 0, _HEADER, 32, 1, 0, 0, 0)
    segment = struct.pack("<8I", 1, _HEADER + _PROGRAM_HEADER, flash, flash, len(code), len(code), 5, 4)
    path = folder / "boot_counter.elf"
    path.write_bytes(header + segment + code)
    return path, count
