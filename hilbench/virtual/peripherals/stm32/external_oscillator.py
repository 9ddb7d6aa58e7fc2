"""External oscillator (HSE) of an STM32: a crystal, or a clock that comes from outside."""

from __future__ import annotations

from dataclasses import dataclass

_ON, _BYPASS = 1 << 16, 1 << 18
READY = 1 << 17
"""HSERDY of RCC_CR, which is alike in all families here (RM0433, 8.7.2; RM0351, 6.4.1)."""


@dataclass(frozen=True)
class ExternalOscillator:
    """A board's source of HSE.

    Attributes:
        hertz: its frequency, Hz; 0 where the board has none.
        bypass: a clock from outside, which needs HSEBYP, or a crystal, which must not have it; None for a
            board that offers both.
    """

    hertz: int
    bypass: bool | None = None

    def frequency(self, control: int) -> int:
        """Frequency of HSE by RCC_CR, Hz; 0 while it does not run."""
        wired = self.bypass is None or bool(control & _BYPASS) is self.bypass
        return self.hertz if control & _ON and wired else 0
