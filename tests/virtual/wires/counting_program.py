"""A program small enough to read: it counts in R0 and stores the count by a function call."""

from __future__ import annotations

import struct

FLASH = 0x0800_0000
STACK_TOP = 0x2001_0000
COUNT = 0x2000_8000
"""Address at which the program stores the count."""
RESET = FLASH + 0x10
LOOP = FLASH + 0x1A
STORE = FLASH + 0x22
"""Address of the program's function, which is called once a turn."""

IMAGE = struct.pack("<4I", STACK_TOP, RESET | 1, 0, 0) + struct.pack(
    "<12H",
    *(0xF248, 0x0400),  # reset: movw r4, #0x8000
    *(0xF2C2, 0x0400),  #        movt r4, #0x2000
    0x2000,  #        movs r0, #0
    0x3001,  # loop:  adds r0, #1
    *(0xF000, 0xF801),  #        bl store
    0xE7FB,  #        b loop
    0x6020,  # store: str r0, [r4]
    0x212A,  #        movs r1, #42
    0x4770,  #        bx lr
)
