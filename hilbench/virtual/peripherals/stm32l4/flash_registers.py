"""Register and bit names of the STM32L4 embedded flash interface (ST RM0351 Rev 9, section 3.7)."""

from __future__ import annotations

from enum import IntEnum

KEYS = (0x45670123, 0xCDEF89AB)
"""Written to KEYR in this order, they unlock CR (3.3.5)."""
OPTION_KEYS = (0x08192A3B, 0x4C5D6E7F)
"""Written to OPTKEYR in this order, they unlock the option bits of CR (3.4.2)."""


class Register(IntEnum):
    """Offsets of the flash interface's registers."""

    ACR = 0x00
    KEYR = 0x08
    OPTKEYR = 0x0C
    SR = 0x10
    CR = 0x14
    OPTR = 0x20


class Control(IntEnum):
    """Bits of CR."""

    PG = 1 << 0
    PER = 1 << 1
    MER1 = 1 << 2
    PNB = 0xFF << 3
    BKER = 1 << 11
    MER2 = 1 << 15
    STRT = 1 << 16
    FSTPG = 1 << 18
    EOPIE = 1 << 24
    ERRIE = 1 << 25
    OPTLOCK = 1 << 30
    LOCK = 1 << 31


class Status(IntEnum):
    """Bits of SR; a written one clears."""

    EOP = 1 << 0
    OPERR = 1 << 1
    PROGERR = 1 << 3
    WRPERR = 1 << 4
    PGAERR = 1 << 5
    SIZERR = 1 << 6
    PGSERR = 1 << 7
    BSY = 1 << 16
