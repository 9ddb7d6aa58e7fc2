"""GPIO port of an STM32 (RM0433, RM0351 and RM0410 alike, chapter GPIO): output data and its edges."""

from __future__ import annotations

from collections.abc import Callable

from hilbench.virtual.peripherals.bank import RegisterBank

_MODER, _IDR, _ODR, _BSRR, _AFRL = 0x00, 0x10, 0x14, 0x18, 0x20
_OUTPUT, _ALTERNATE = 1, 2


class Gpio(RegisterBank):
    """A port of 16 pins."""

    def __init__(self, base: int, modes: int = 0xFFFF_FFFF) -> None:
        self._watchers: dict[int, Callable[[bool], None]] = {}
        super().__init__(base, 0x400, {_MODER: modes})

    def reset(self) -> None:
        """Make every pin an input again."""
        super().reset()

    def watch(self, pin: int, on_level: Callable[[bool], None]) -> None:
        """Have `on_level` called with the level of an output pin whenever it changes."""
        self._watchers[pin] = on_level

    def drives(self, pin: int) -> bool:
        """Whether the pin is an output."""
        return self.words[_MODER] >> 2 * pin & 3 == _OUTPUT

    def alternate(self, pin: int) -> int | None:
        """Alternate function that the pin has; None while it has another mode."""
        if self.words[_MODER] >> 2 * pin & 3 != _ALTERNATE:
            return None
        return self.words.get(_AFRL + pin // 8 * 4, 0) >> 4 * (pin % 8) & 0xF

    def level(self, pin: int) -> bool:
        """Level of the pin by the output register."""
        return bool(self.words.get(_ODR, 0) >> pin & 1)

    def load(self, offset: int) -> int:
        """Inputs read as low; outputs read back."""
        if offset == _IDR:
            return sum(self.words.get(_ODR, 0) & 1 << pin for pin in range(16) if self.drives(pin))
        return 0 if offset == _BSRR else super().load(offset)

    def store(self, offset: int, value: int) -> None:
        """BSRR sets the low half's pins and resets the high half's; setting wins."""
        before = self._outputs()
        if offset == _BSRR:
            data = self.words.get(_ODR, 0) & ~(value >> 16) | value & 0xFFFF
            super().store(_ODR, data)
        elif offset != _IDR:
            super().store(offset, value)
        self._report(before)

    def write(self, offset: int, size: int, value: int) -> None:
        """Half-word writes to BSRR touch only their half."""
        if size < 4 and _BSRR <= offset < _BSRR + 4:
            self.store(_BSRR, value << 8 * (offset - _BSRR))
            return
        super().write(offset, size, value)

    def _outputs(self) -> dict[int, bool]:
        return {pin: self.level(pin) for pin in range(16) if self.drives(pin)}

    def _report(self, before: dict[int, bool]) -> None:
        for pin, level in self._outputs().items():
            if before.get(pin) is not level and pin in self._watchers:
                self._watchers[pin](level)
