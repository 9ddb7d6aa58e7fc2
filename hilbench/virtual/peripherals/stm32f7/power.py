"""Power control of the STM32F7 (RM0410 Rev 4, chapter 4)."""

from __future__ import annotations

from hilbench.virtual.peripherals.bank import RegisterBank

_CR1, _CSR1 = 0x00, 0x04
_OVER_DRIVE = 0b11 << 16
"""CR1: ODEN and ODSWEN; CSR1: ODRDY and ODSWRDY, which follow them at once."""
_VOSRDY = 1 << 14


class Pwr(RegisterBank):
    """Voltage scaling and over-drive settle at once."""

    def __init__(self, base: int = 0x4000_7000) -> None:
        super().__init__(base, 0x400, {_CR1: 0x0000_C000})

    def load(self, offset: int) -> int:
        """CSR1 says ready of what CR1 asks for."""
        if offset == _CSR1:
            return super().load(_CSR1) | _VOSRDY | self.words[_CR1] & _OVER_DRIVE
        return super().load(offset)
