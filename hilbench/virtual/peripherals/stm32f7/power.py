"""Power control of the STM32F7 (RM0410 Rev 4, chapter 4)."""

from __future__ import annotations

from collections.abc import Callable

from hilbench.virtual.peripherals.bank import RegisterBank

_CR1, _CSR1 = 0x00, 0x04
_OVER_DRIVE = 0b11 << 16
"""CR1: ODEN and ODSWEN; CSR1: ODRDY and ODSWRDY, which follow them at once."""
_VOSRDY = 1 << 14
_SCALES = {1: "scale3", 2: "scale2", 3: "scale1"}


class Pwr(RegisterBank):
    """Voltage scaling and over-drive settle at once.

    Args:
        on_mode: called with the voltage scale, or that it is over-drive, when firmware chooses one.
    """

    def __init__(self, on_mode: Callable[[str], None] = lambda _: None, base: int = 0x4000_7000) -> None:
        self._on_mode = on_mode
        super().__init__(base, 0x400, {_CR1: 0x0000_C000})

    def reset(self) -> None:
        """Return to voltage scale 1."""
        super().reset()
        self._choose()

    def load(self, offset: int) -> int:
        """CSR1 says ready of what CR1 asks for."""
        if offset == _CSR1:
            return super().load(_CSR1) | _VOSRDY | self.words[_CR1] & _OVER_DRIVE
        return super().load(offset)

    def store(self, offset: int, value: int) -> None:
        """CR1 chooses the voltage scale."""
        super().store(offset, value)
        if offset == _CR1:
            self._choose()

    def _choose(self) -> None:
        control = self.words[_CR1]
        over_drive = control & _OVER_DRIVE == _OVER_DRIVE
        self._on_mode("over-drive" if over_drive else _SCALES.get(control >> 14 & 3, "scale3"))
