"""GPIO port of the nRF52 and nRF91 (nRF52840 PS v1.8, 6.9): output data and its edges."""

from __future__ import annotations

from collections.abc import Callable

from hilbench.virtual.peripherals.bank import RegisterBank

_OUT, _OUTSET, _OUTCLR, _IN = 0x004, 0x008, 0x00C, 0x010
_DIR, _DIRSET, _DIRCLR = 0x014, 0x018, 0x01C
_PIN_CNF = range(0x200, 0x280)
_ALIASES = {_OUTSET: _OUT, _OUTCLR: _OUT, _DIRSET: _DIR, _DIRCLR: _DIR}


class Gpio(RegisterBank):
    """A port of 32 pins.

    Args:
        base: address of OUT, less 4: 0x500 above the port's in the nRF52.
    """

    def __init__(self, base: int) -> None:
        self._watched: dict[int, Callable[[bool], None]] = {}
        super().__init__(base, 0x300)

    def watch(self, pin: int, on_level: Callable[[bool], None]) -> None:
        """Have `on_level` called whenever the output `pin` changes."""
        self._watched[pin] = on_level

    def load(self, offset: int) -> int:
        """Set and clear registers read as what they change; inputs read as low."""
        if offset == _IN:
            return super().load(_OUT) & super().load(_DIR)
        if offset in _PIN_CNF:
            direction = super().load(_DIR) >> (offset - _PIN_CNF.start) // 4 & 1
            return super().load(offset) & ~1 | direction
        return super().load(_ALIASES.get(offset, offset))

    def store(self, offset: int, value: int) -> None:
        """Set and clear registers change the bits that are written as ones."""
        before = self._levels()
        if offset in (_OUTSET, _DIRSET):
            super().store(_ALIASES[offset], self.load(offset) | value)
        elif offset in (_OUTCLR, _DIRCLR):
            super().store(_ALIASES[offset], self.load(offset) & ~value)
        else:
            super().store(offset, value)
        if offset in _PIN_CNF:
            pin = 1 << (offset - _PIN_CNF.start) // 4
            direction = super().load(_DIR) & ~pin
            super().store(_DIR, direction | pin if value & 1 else direction)
        self._report(before)

    def _levels(self) -> dict[int, bool | None]:
        """Level of each watched pin; None where it is no output."""
        out, direction = super().load(_OUT), super().load(_DIR)
        return {pin: bool(out >> pin & 1) if direction >> pin & 1 else None for pin in self._watched}

    def _report(self, before: dict[int, bool | None]) -> None:
        for pin, level in self._levels().items():
            if level is not None and level is not before[pin]:
                self._watched[pin](level)
