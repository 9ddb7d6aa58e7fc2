"""Power control of the STM32L0 (RM0377 Rev 10, section 6.4)."""

from __future__ import annotations

from hilbench.virtual.peripherals.bank import RegisterBank

_CR = 0x00
_RANGE_2 = 2 << 11


class Pwr(RegisterBank):
    """Remembers the voltage range; CSR stays zero, because the regulator settles at once."""

    def __init__(self, base: int = 0x4000_7000) -> None:
        super().__init__(base, 0x400, {_CR: _RANGE_2})

    def store(self, offset: int, value: int) -> None:
        """CSR has nothing that firmware could set here."""
        if offset == _CR:
            super().store(offset, value)
