"""A bus with flash and its controller, to find out what it takes to change flash."""

from __future__ import annotations

from collections.abc import Iterable

from hilbench.virtual.bus import Bus, MemoryBlock, Peripheral


class FlashChip:
    """Short names for what a program does to flash.

    Args:
        blocks: memories on the bus.
        controller: of the flash among them.
        window: addresses of peripherals.
    """

    def __init__(self, blocks: Iterable[MemoryBlock], controller: Peripheral, window: range) -> None:
        self.bus = Bus(blocks, [window])
        self.bus.attach(controller)
        self.controller = controller

    def peek(self, register: int) -> int:
        """A register's value."""
        return self.bus.read_register(self.controller.base + register, 4)

    def poke(self, register: int, value: int) -> None:
        """Write a register."""
        self.bus.write_register(self.controller.base + register, 4, value)

    def program(self, address: int, data: bytes) -> None:
        """Write as a loop of word stores does."""
        for offset in range(0, len(data), 4):
            self.bus.write(address + offset, data[offset : offset + 4])
