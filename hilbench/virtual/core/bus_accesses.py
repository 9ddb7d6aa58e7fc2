"""Accesses of the core that the emulator does not make by itself: to peripherals, and what memory refuses."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from unicorn import Uc, arm_const, unicorn_const

from hilbench.virtual.bus import Bus, BusFault, MemoryBlock
from hilbench.virtual.core.position import Position
from hilbench.virtual.core.registers import THUMB


class BusAccesses:
    """Callbacks of the emulator.

    Args:
        engine: the emulator.
        bus: what answers.
        position: knows of each access to a peripheral while it lasts.

    Attributes:
        fault: address of the access that was refused in this run; None while none was.
        on_register_read: called with address and value of what is read from peripherals, while it is set.
        on_guarded_access: called with (Unicorn's access type, address, size) in guarded pages.
    """

    def __init__(self, engine: Uc, bus: Bus, position: Position) -> None:
        self.fault: int | None = None
        self.on_register_read: Callable[[int, int], None] | None = None
        self.on_guarded_access: Callable[[int, int, int], None] = lambda *_: None
        self._engine = engine
        self._bus = bus
        self._position = position
        self._kept: tuple[MemoryBlock, int, bytes] | None = None

    def read(self, engine: Uc, offset: int, size: int, base: int) -> int:
        """Unicorn's callback for a read of a peripheral's register."""
        return self.read_register(base + offset, size)

    def write(self, engine: Uc, offset: int, size: int, value: int, base: int) -> None:
        """Unicorn's callback for a write of a peripheral's register."""
        self.write_register(base + offset, size, value)

    def read_register(self, address: int, size: int) -> int:
        """A peripheral's register; 0 where it refuses."""
        self.put_back()
        self._position.access = address
        try:
            value = self._bus.read_register(address, size)
        except BusFault as fault:
            self._refuse(fault.address)
            return 0
        else:
            if self.on_register_read is not None:
                self.on_register_read(address, value)
            return value
        finally:
            self._position.access = None

    def write_register(self, address: int, size: int, value: int) -> None:
        """Write a peripheral's register."""
        self.put_back()
        self._position.access = address
        try:
            self._bus.write_register(address, size, value)
        except BusFault as fault:
            self._refuse(fault.address)
        finally:
            self._position.access = None

    def refused(self, engine: Uc, access: int, address: int, size: int, value: int, data: object) -> bool:
        """Unicorn's callback for an access that a page's rights refuse; True when it was dealt with."""
        self.put_back()
        block = self._bus.block_at(address)
        if block is None or access == unicorn_const.UC_MEM_FETCH_PROT:
            self.fault = address
            return False
        self.on_guarded_access(access, address, size)
        if access == unicorn_const.UC_MEM_WRITE_PROT:
            try:
                block.write(address, (value & (1 << 8 * size) - 1).to_bytes(size, "little"))
            except BusFault:
                self.fault = address
                return False
            if block.on_write is not None:
                offset = address - block.base
                self._kept = block, offset, block.data[offset : offset + size].tobytes()
        # The block goes on, with the place in an IT block restored as if it did not (`native.translation`).
        engine.reg_write(arm_const.UC_ARM_REG_EPSR, THUMB)
        return True

    def put_back(self) -> None:
        """Undo the store that Unicorn does itself even where a hook has dealt with the write."""
        if self._kept is not None:
            block, offset, content = self._kept
            self._kept = None
            block.data[offset : offset + len(content)] = np.frombuffer(content, np.uint8)

    def _refuse(self, address: int) -> None:
        self.fault = address
        self._engine.emu_stop()
