"""The Memory Protection Unit's registers (ARMv7-M ARM B3.5; Armv8-M ARM, DDI 0553, D1.2).

They remember what start-up code configures and reads back; nothing is protected, or less cached, by it.
"""

from __future__ import annotations

from hilbench.virtual.peripherals.bank import RegisterBank

_TYPE, _CTRL, _RNR, _MAIR = 0x00, 0x04, 0x08, (0x30, 0x34)
_REGIONS = range(0x0C, 0x2C)
"""Base and attributes of a region, and three aliases of both."""
_VALID, _REGION = 1 << 4, 0xF
_ALIGNED = 0x1F


class MemoryProtection(RegisterBank):
    """MPU_TYPE to MPU_MAIR1.

    Args:
        regions: how many there are.
        armv8: aliases are four regions in a row; before, all are the same one, and a base may name another.
    """

    def __init__(self, regions: int, *, armv8: bool) -> None:
        self._armv8 = armv8
        self._regions: dict[tuple[int, int], int] = {}
        super().__init__(0xE000_ED90, 0x60, {_TYPE: regions << 8})

    def reset(self) -> None:
        """Switch the unit off; the regions are unknown on silicon, and empty here."""
        super().reset()
        self._regions.clear()

    def load(self, offset: int) -> int:
        """Base and attributes are those of the region that RNR names."""
        if offset not in _REGIONS:
            return super().load(offset)
        region, part = self._named(offset)
        value = self._regions.get((region, part), 0)
        return value if part or self._armv8 else value & ~_ALIGNED | region

    def store(self, offset: int, value: int) -> None:
        """TYPE is read-only."""
        if offset in _REGIONS:
            if not self._armv8 and self._named(offset)[1] == 0 and value & _VALID:
                self.words[_RNR] = value & _REGION
            self._regions[self._named(offset)] = value
        elif offset in (_CTRL, _RNR) or (self._armv8 and offset in _MAIR):
            self.words[offset] = value

    def _named(self, offset: int) -> tuple[int, int]:
        """Number of the region, and 0 for its base or 1 for its attributes."""
        alias, part = divmod((offset - _REGIONS.start) // 4, 2)
        number = self.words.get(_RNR, 0)
        return number & ~3 | alias if self._armv8 and alias else number, part
