"""The AHB access port: memory through four registers (Arm ADIv5, IHI 0031, section C2)."""

from __future__ import annotations

from enum import IntEnum
from typing import Protocol

from hilbench.virtual.debug.identification import ROM_TABLE_BASE

_DEVICE_ENABLED = 1 << 6
_CSW_WRITABLE = 0x7F00_0037
_CSW_RESET = 0x2300_0002
_BASE_IS_ADIV5 = 0b11
_INCREMENT_WRAP = 0x400
"""Auto-increment is only promised within the lowest 10 bits of TAR."""


class Memory(Protocol):
    """The chip's address space, as a debugger reaches it; accesses raise BusFault."""

    def read_memory(self, address: int, size: int) -> bytes:
        """`size` bytes from `address`."""

    def write_memory(self, address: int, data: bytes) -> None:
        """Write `data` at `address`."""


class Register(IntEnum):
    """Offsets of a MEM-AP's registers."""

    CSW = 0x00
    TAR = 0x04
    DRW = 0x0C
    BD0 = 0x10
    BD3 = 0x1C
    CFG = 0xF4
    BASE = 0xF8
    IDR = 0xFC


class AccessPort:
    """AP 0 of the debug port.

    Args:
        identity: IDR.
        memory: what it reaches.
    """

    def __init__(self, identity: int, memory: Memory) -> None:
        self._identity = identity
        self._memory = memory
        self.power_on_reset()

    def power_on_reset(self) -> None:
        """Set CSW and TAR as the chip comes up with them."""
        self._control = _CSW_RESET
        self._address = 0

    def read(self, register: int) -> int:
        """A register; DRW and BD0 to BD3 read memory.

        Raises:
            BusFault: memory refuses the access.
        """
        match register:
            case Register.CSW:
                return self._control | _DEVICE_ENABLED
            case Register.TAR:
                return self._address
            case Register.DRW:
                return self._transfer(None)
            case Register.BASE:
                return ROM_TABLE_BASE | _BASE_IS_ADIV5
            case Register.IDR:
                return self._identity
        if Register.BD0 <= register <= Register.BD3:
            return int.from_bytes(self._memory.read_memory(self._banked(register), 4), "little")
        return 0

    def write(self, register: int, value: int) -> None:
        """Set a register; DRW and BD0 to BD3 write memory.

        Raises:
            BusFault: memory refuses the access.
        """
        match register:
            case Register.CSW:
                self._control = value & _CSW_WRITABLE
            case Register.TAR:
                self._address = value
            case Register.DRW:
                self._transfer(value)
            case _ if Register.BD0 <= register <= Register.BD3:
                self._memory.write_memory(self._banked(register), value.to_bytes(4, "little"))

    def _banked(self, register: int) -> int:
        return (self._address & ~0xF) | (register - Register.BD0)

    def _transfer(self, value: int | None) -> int:
        """Move one item of CSW.Size on the byte lanes that its address selects."""
        size = 1 << min(self._control & 7, 2)
        address, lane = self._address, 8 * (self._address & 3)
        if value is None:
            result = int.from_bytes(self._memory.read_memory(address, size), "little") << lane
        else:
            item = value >> lane & ((1 << 8 * size) - 1)
            self._memory.write_memory(address, item.to_bytes(size, "little"))
            result = 0
        if self._control >> 4 & 3:
            within = (address + size) % _INCREMENT_WRAP
            self._address = address - address % _INCREMENT_WRAP + within
        return result
