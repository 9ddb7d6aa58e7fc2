"""Clocks that a peripheral counts by, as the RCC of an STM32 offers them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

LSE = 32_768
"""Frequency of the crystal that boards have, Hz."""


class Source(StrEnum):
    """Sources of a peripheral's clock."""

    BUS = "bus"
    """The clock of the peripheral's bus, APB1."""
    LSI = "lsi"
    HSI = "hsi"
    LSE = "lse"


@dataclass(frozen=True)
class ClockChoice:
    """A field of an RCC register that chooses a peripheral's clock.

    Attributes:
        register: offset of the register.
        shift: position of the field's lowest bit.
        sources: what its values choose, from 0 on; None for one that is not emulated and stands still.
    """

    register: int
    shift: int
    sources: tuple[Source | None, ...]

    def source(self, words: Mapping[int, int]) -> Source | None:
        """Source that the registers choose; None for one that is not emulated."""
        mask = (1 << (len(self.sources) - 1).bit_length()) - 1
        chosen = words.get(self.register, 0) >> self.shift & mask
        return self.sources[chosen] if chosen < len(self.sources) else None
