"""Bit-banding of the Cortex-M3 and M4: a word of an alias is one bit (Cortex-M4 TRM, 100166, 3.7)."""

from __future__ import annotations

from hilbench.virtual.bus import Bus

ALIAS_BYTES = 32
"""Bytes of alias for a byte of the region."""
_WORD = 4


class BitBand:
    """An alias; what it does is a read or write of the word that the bit is in.

    Args:
        base: of the alias.
        bus: where the region is.
        region: its addresses.
    """

    def __init__(self, base: int, bus: Bus, region: range) -> None:
        self.base = base
        self.size = len(region) * ALIAS_BYTES
        self._bus = bus
        self._first = region.start

    def read(self, offset: int, size: int) -> int:
        """The bit of a word in the alias.

        Raises:
            BusFault: the region has nothing there.
        """
        address, bit = self._place(offset)
        return int.from_bytes(self._bus.read(address, _WORD), "little") >> bit & 1

    def write(self, offset: int, size: int, value: int) -> None:
        """Write bit 0 to the bit; the others of its word stay.

        Raises:
            BusFault: the region has nothing there, or it refuses.
        """
        address, bit = self._place(offset)
        word = int.from_bytes(self._bus.read(address, _WORD), "little")
        self._bus.write(address, (word & ~(1 << bit) | (value & 1) << bit).to_bytes(_WORD, "little"))

    def reset(self) -> None:
        """Do nothing; an alias keeps no state."""

    def _place(self, offset: int) -> tuple[int, int]:
        """Address of the word, and the bit in it."""
        number = offset // _WORD
        return self._first + number // 32 * _WORD, number % 32
