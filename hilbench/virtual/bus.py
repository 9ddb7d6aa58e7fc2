"""The bus: memories and peripherals by address, as the core and the debug port see them."""

from __future__ import annotations

import mmap
from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

PAGE = 0x1000
"""Granularity of the emulator's memory map, bytes."""

WriteHook = Callable[[int, bytes], None]
"""Takes an absolute address and the bytes the core or the debugger wants there."""


class BusFault(Exception):
    """A failed access: nothing answers at `address`, or what is there refuses it."""

    def __init__(self, address: int) -> None:
        super().__init__(f"bus fault at 0x{address:08X}")
        self.address = address


class Peripheral(Protocol):
    """Registers at `base` .. `base + size`; accesses are 1, 2 or 4 bytes, little-endian.

    Reads always answer: the core goes on behind one that raises BusFault to the end of its block.
    """

    @property
    def base(self) -> int:
        """First address."""

    @property
    def size(self) -> int:
        """Bytes of address space."""

    def read(self, offset: int, size: int) -> int:
        """The value of `size` bytes at `offset`."""

    def write(self, offset: int, size: int, value: int) -> None:
        """Store `size` bytes at `offset`."""

    def reset(self) -> None:
        """Return to the state after a system reset."""


class MemoryBlock:
    """RAM, ROM or flash: bytes that the emulator executes from in place.

    Attributes:
        data: shape (size,), uint8; the very memory that the core sees.
        on_write: what writes go through; None in RAM (stored as they are) and in ROM (refused).
    """

    def __init__(self, base: int, size: int, *, writable: bool = True, fill: int = 0) -> None:
        self.base = base
        self.size = size
        self.writable = writable
        self.data: NDArray[np.uint8] = np.frombuffer(mmap.mmap(-1, size), np.uint8)
        self.data[:] = fill
        self.on_write: WriteHook | None = None
        self._changed: Callable[[int, int], None] = lambda *_: None
        self._mirrors: list[MemoryBlock] = []

    def watch(self, changed: Callable[[int, int], None]) -> None:
        """Have `changed(address, size)` called after every write that is not the core's own."""
        self._changed = changed

    def mirror(self, base: int) -> MemoryBlock:
        """A block at `base` that shows the same bytes, and cannot be written."""
        block = MemoryBlock(base, self.size, writable=False)
        block.data = self.data
        self._mirrors.append(block)
        return block

    def load(self, address: int, data: bytes) -> None:
        """Put `data` there, past all protection."""
        offset = address - self.base
        self.data[offset : offset + len(data)] = np.frombuffer(data, np.uint8)
        self._tell(offset, len(data))

    def fill(self, address: int, size: int, value: int) -> None:
        """Set `size` bytes to `value`, past all protection (an erased sector, a power cycle)."""
        offset = address - self.base
        self.data[offset : offset + size] = value
        self._tell(offset, size)

    def write(self, address: int, data: bytes) -> None:
        """Write as the bus does.

        Raises:
            BusFault: the block is read-only.
        """
        if self.on_write is not None:
            self.on_write(address, data)
        elif self.writable:
            self.load(address, data)
        else:
            raise BusFault(address)

    def _tell(self, offset: int, size: int) -> None:
        for block in (self, *self._mirrors):
            block._changed(block.base + offset, size)


class Bus:
    """Finds what lives at an address; windows without a peripheral read as zero."""

    def __init__(self, blocks: Iterable[MemoryBlock], windows: Iterable[range]) -> None:
        self.blocks = tuple(sorted(blocks, key=lambda block: block.base))
        self.windows = tuple(windows)
        """Address ranges of the peripheral bridges; reserved registers in them read as zero."""
        self._bases = [block.base for block in self.blocks]
        self._peripherals: list[Peripheral] = []
        self._nearest: dict[int, Peripheral | None] = {}

    def attach(self, peripheral: Peripheral) -> None:
        """Add a peripheral; where two overlap the smaller one answers."""
        self._peripherals.append(peripheral)
        self._peripherals.sort(key=lambda each: each.size)
        self._nearest.clear()

    def reset(self) -> None:
        """Reset every peripheral; memories keep their content."""
        for peripheral in self._peripherals:
            peripheral.reset()

    def block_at(self, address: int) -> MemoryBlock | None:
        """The memory that holds `address`."""
        index = bisect_right(self._bases, address) - 1
        if index < 0:
            return None
        block = self.blocks[index]
        return block if address < block.base + block.size else None

    def block_of(self, base: int) -> MemoryBlock:
        """The memory that begins at `base`."""
        return self.blocks[self._bases.index(base)]

    def read(self, address: int, size: int) -> bytes:
        """`size` bytes from `address`; peripherals see aligned accesses of 1, 2 or 4 bytes.

        Raises:
            BusFault: with the first address that does not answer.
        """
        parts = []
        end = address + size
        while address < end:
            block = self.block_at(address)
            if block is not None:
                offset = address - block.base
                part = block.data[offset : offset + min(end - address, block.size - offset)].tobytes()
            else:
                width = _access_width(address, end - address)
                part = self.read_register(address, width).to_bytes(width, "little")
            parts.append(part)
            address += len(part)
        return b"".join(parts)

    def write(self, address: int, data: bytes) -> None:
        """Write `data` at `address`, as `read` reads.

        Raises:
            BusFault: with the first address that does not answer or refuses.
        """
        position = 0
        while position < len(data):
            here = address + position
            block = self.block_at(here)
            if block is not None:
                width = min(len(data) - position, block.base + block.size - here)
                block.write(here, data[position : position + width])
            else:
                width = _access_width(here, len(data) - position)
                value = int.from_bytes(data[position : position + width], "little")
                self.write_register(here, width, value)
            position += width

    def read_register(self, address: int, size: int) -> int:
        """A peripheral's register; zero where a bridge has none.

        Raises:
            BusFault: no bridge covers the address.
        """
        peripheral = self._find(address)
        if peripheral is None:
            return 0
        return peripheral.read(address - peripheral.base, size)

    def write_register(self, address: int, size: int, value: int) -> None:
        """Write a peripheral's register; ignored where a bridge has none.

        Raises:
            BusFault: no bridge covers the address.
        """
        peripheral = self._find(address)
        if peripheral is not None:
            peripheral.write(address - peripheral.base, size, value)

    def has_peripheral(self, address: int) -> bool:
        """Whether a peripheral answers at an address of a bridge; elsewhere there, reads are zero.

        Raises:
            BusFault: no bridge covers the address.
        """
        return self._find(address) is not None

    def _find(self, address: int) -> Peripheral | None:
        if address not in self._nearest:
            if not any(address in window for window in self.windows):
                raise BusFault(address)
            self._nearest[address] = next(
                (each for each in self._peripherals if each.base <= address < each.base + each.size), None
            )
        return self._nearest[address]


def _access_width(address: int, left: int) -> int:
    if address % 4 == 0 and left >= 4:
        return 4
    return 2 if address % 2 == 0 and left >= 2 else 1
