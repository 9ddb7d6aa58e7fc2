"""DCDCEN of POWER and REGULATORS (nRF52840 PS v1.8, 5.3; nRF9160 PS v2.1, 5.4)."""

from __future__ import annotations

from collections.abc import Callable

from hilbench.virtual.peripherals.bank import RegisterBank

_DCDCEN = 0x578
_ENABLED = 1


class Regulator(RegisterBank):
    """The one register; what else is in its peripheral is elsewhere.

    Args:
        base: of the peripheral that it is in.
        on_mode: called with ldo or dcdc when firmware chooses one.
    """

    def __init__(self, base: int, on_mode: Callable[[str], None]) -> None:
        self._on_mode = on_mode
        super().__init__(base + _DCDCEN, 4)

    def reset(self) -> None:
        """Return to the linear regulator, the one after reset."""
        super().reset()
        self._on_mode("ldo")

    def store(self, offset: int, value: int) -> None:
        """Choose the regulator."""
        super().store(offset, value)
        self._on_mode("dcdc" if value & _ENABLED else "ldo")
