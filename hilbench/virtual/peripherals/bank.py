"""Common parts of register blocks: words by offset, and narrower accesses to them."""

from __future__ import annotations

from collections.abc import Mapping


class RegisterBank:
    """A block of 32-bit registers.

    A subclass overrides `load` and `store` where a register does more than remember.

    Args:
        base: first address.
        size: bytes of address space.
        reset_values: registers that are not zero after reset, by offset.
    """

    def __init__(self, base: int, size: int, reset_values: Mapping[int, int] | None = None) -> None:
        self.base = base
        self.size = size
        self._reset_values = dict(reset_values or {})
        self.words: dict[int, int] = dict(self._reset_values)

    def reset(self) -> None:
        """Every register takes its reset value."""
        self.words = dict(self._reset_values)

    def read(self, offset: int, size: int) -> int:
        """`size` bytes of the register at `offset`."""
        word = self.load(offset & ~3)
        return word >> 8 * (offset & 3) & (1 << 8 * size) - 1

    def write(self, offset: int, size: int, value: int) -> None:
        """Write `size` bytes into the register at `offset`; its other bytes keep their value."""
        if size == 4:
            self.store(offset, value & 0xFFFF_FFFF)
            return
        shift = 8 * (offset & 3)
        mask = (1 << 8 * size) - 1 << shift
        word = self.words.get(offset & ~3, 0)
        self.store(offset & ~3, word & ~mask | value << shift & mask)

    def load(self, offset: int) -> int:
        """The register at `offset`, a multiple of 4."""
        return self.words.get(offset, 0)

    def store(self, offset: int, value: int) -> None:
        """Write the register at `offset`, a multiple of 4."""
        self.words[offset] = value


class ConstantBank(RegisterBank):
    """Registers that cannot be written."""

    def store(self, offset: int, value: int) -> None:
        """Ignore a write; the registers are constant."""
