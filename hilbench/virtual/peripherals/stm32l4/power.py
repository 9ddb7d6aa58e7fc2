"""Power control of the STM32L4 (RM0351 Rev 9, chapter 5)."""

from __future__ import annotations

from collections.abc import Callable

from hilbench.virtual.peripherals.bank import RegisterBank

_CR1, _CR3, _SR2 = 0x00, 0x08, 0x14
_LPR, _REGLPF = 1 << 14, 1 << 9
_RANGE_2 = 2


class Pwr(RegisterBank):
    """Remembers what is written; regulator and voltage settle at once, so that SR2 tells of CR1.

    Args:
        on_mode: called with the voltage range, range1 or range2, when firmware chooses one.
    """

    def __init__(self, on_mode: Callable[[str], None] = lambda _: None, base: int = 0x4000_7000) -> None:
        self._on_mode = on_mode
        super().__init__(base, 0x400, {_CR1: 0x0000_0200, _CR3: 0x0000_8000})

    def reset(self) -> None:
        """Return to voltage range 1."""
        super().reset()
        self._choose()

    def load(self, offset: int) -> int:
        """SR2 says whether the low-power regulator is in use."""
        if offset == _SR2:
            return _REGLPF if self.words[_CR1] & _LPR else 0
        return super().load(offset)

    def store(self, offset: int, value: int) -> None:
        """CR1 chooses the range."""
        super().store(offset, value)
        if offset == _CR1:
            self._choose()

    def _choose(self) -> None:
        self._on_mode("range2" if self.words[_CR1] >> 9 & 3 == _RANGE_2 else "range1")
