"""Power control and system configuration of the STM32H7 (RM0433 Rev 8, chapters 6 and 12)."""

from __future__ import annotations

from hilbench.virtual.peripherals.bank import RegisterBank

_CSR1, _CR3, _D3CR = 0x04, 0x0C, 0x18
_ACTVOSRDY, _VOSRDY = 1 << 13, 1 << 13
_ACTVOS_SHIFT = 14


class Pwr(RegisterBank):
    """Voltage scaling settles at once: the ready flags follow the request."""

    def __init__(self, base: int = 0x5802_4800) -> None:
        super().__init__(base, 0x400, {_CR3: 0x6, _D3CR: 0x4000})

    def load(self, offset: int) -> int:
        """CSR1 shows the voltage scale in use, D3CR that it is ready."""
        value = super().load(offset)
        if offset == _CSR1:
            scale = self.words[_D3CR] >> 14 & 3
            return _ACTVOSRDY | scale << _ACTVOS_SHIFT
        if offset == _D3CR:
            return value | _VOSRDY
        return value


class Syscfg(RegisterBank):
    """Remembers what is written; PWRCR.ODEN is what unlocks VOS0."""

    def __init__(self, base: int = 0x5800_0400) -> None:
        super().__init__(base, 0x400)
