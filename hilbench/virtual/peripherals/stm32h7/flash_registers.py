"""Register and bit names of the STM32H7 embedded flash interface (ST RM0433 Rev 8, section 4.9)."""

from __future__ import annotations

from enum import IntEnum

KEYS = (0x45670123, 0xCDEF89AB)
"""Written to KEYR in this order, they unlock a bank's CR (4.5.1)."""
OPTION_KEYS = (0x08192A3B, 0x4C5D6E7F)
"""Written to OPTKEYR in this order, they unlock OPTCR."""


class Register(IntEnum):
    """Offsets of registers in a bank's set; bank 2 has its own set at +0x100."""

    ACR = 0x00
    KEYR = 0x04
    OPTKEYR = 0x08
    CR = 0x0C
    SR = 0x10
    CCR = 0x14
    OPTCR = 0x18
    OPTSR_CUR = 0x1C
    OPTSR_PRG = 0x20
    WPSN_CUR = 0x38
    WPSN_PRG = 0x3C


class Control(IntEnum):
    """Bits of CR."""

    LOCK = 1 << 0
    PG = 1 << 1
    SER = 1 << 2
    BER = 1 << 3
    PSIZE = 3 << 4
    FW = 1 << 6
    START = 1 << 7
    SNB = 7 << 8
    EOPIE = 1 << 16


class Status(IntEnum):
    """Bits of SR; CCR clears those from EOP upwards."""

    BSY = 1 << 0
    WBNE = 1 << 1
    QW = 1 << 2
    EOP = 1 << 16
    WRPERR = 1 << 17
    PGSERR = 1 << 18
    STRBERR = 1 << 19
    INCERR = 1 << 21


class OptionControl(IntEnum):
    """Bits of OPTCR."""

    OPTLOCK = 1 << 0
    OPTSTART = 1 << 1
    MER = 1 << 4
