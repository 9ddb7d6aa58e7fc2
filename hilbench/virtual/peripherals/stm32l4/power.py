"""Power control of the STM32L4 (RM0351 Rev 9, chapter 5)."""

from __future__ import annotations

from hilbench.virtual.peripherals.bank import RegisterBank

_CR1, _CR3 = 0x00, 0x08


class Pwr(RegisterBank):
    """Remembers what is written; SR2.VOSF stays clear, as the voltage settles at once."""

    def __init__(self, base: int = 0x4000_7000) -> None:
        super().__init__(base, 0x400, {_CR1: 0x0000_0200, _CR3: 0x0000_8000})
