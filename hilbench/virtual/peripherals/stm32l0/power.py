"""Power control of the STM32L0 (RM0377 Rev 10, section 6.4)."""

from __future__ import annotations

from collections.abc import Callable

from hilbench.virtual.peripherals.bank import RegisterBank

_CR, _CSR = 0x00, 0x04
_LPRUN, _REGLPF, _VREFINTRDYF = 1 << 14, 1 << 5, 1 << 3
_RANGE_2 = 2 << 11
_RANGES = {1: "range1", 2: "range2", 3: "range3"}


class Pwr(RegisterBank):
    """Remembers the voltage range; the regulator settles at once, so that CSR tells of CR.

    Args:
        on_mode: called with the voltage range, range1 to range3, when firmware chooses one.
    """

    def __init__(self, on_mode: Callable[[str], None] = lambda _: None, base: int = 0x4000_7000) -> None:
        self._on_mode = on_mode
        super().__init__(base, 0x400, {_CR: _RANGE_2})

    def reset(self) -> None:
        """Return to voltage range 2."""
        super().reset()
        self._choose()

    def load(self, offset: int) -> int:
        """CSR says that the reference is ready, and whether the low-power regulator is in use."""
        if offset == _CSR:
            return _VREFINTRDYF | (_REGLPF if self.words[_CR] & _LPRUN else 0)
        return super().load(offset)

    def store(self, offset: int, value: int) -> None:
        """CSR has nothing that firmware could set here; a range that does not exist changes nothing."""
        if offset == _CR:
            super().store(offset, value)
            self._choose()

    def _choose(self) -> None:
        chosen = self.words[_CR] >> 11 & 3
        if chosen in _RANGES:
            self._on_mode(_RANGES[chosen])
