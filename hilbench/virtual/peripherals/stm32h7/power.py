"""Power control and system configuration of the STM32H7 (RM0433 Rev 8, chapters 6 and 12)."""

from __future__ import annotations

from collections.abc import Callable

from hilbench.virtual.peripherals.bank import RegisterBank

_CSR1, _CR3, _D3CR = 0x04, 0x0C, 0x18
_ACTVOSRDY, _VOSRDY = 1 << 13, 1 << 13
_ACTVOS_SHIFT = 14
_PWRCR = 0x2C
_ODEN = 1 << 0
_SCALE_1 = 3
_SCALES = {1: "vos3", 2: "vos2", _SCALE_1: "vos1"}


class Pwr(RegisterBank):
    """Voltage scaling settles at once: the ready flags follow the request.

    Args:
        on_mode: called with the voltage scale, vos0 to vos3, when firmware chooses one.
    """

    def __init__(self, on_mode: Callable[[str], None] = lambda _: None, base: int = 0x5802_4800) -> None:
        self._on_mode = on_mode
        self._overdrive = False
        super().__init__(base, 0x400, {_CR3: 0x6, _D3CR: 0x4000})

    def reset(self) -> None:
        """Return to voltage scale 3."""
        super().reset()
        self._choose()

    def load(self, offset: int) -> int:
        """CSR1 shows the voltage scale in use, D3CR that it is ready."""
        value = super().load(offset)
        if offset == _CSR1:
            return _ACTVOSRDY | self._scale << _ACTVOS_SHIFT
        if offset == _D3CR:
            return value | _VOSRDY
        return value

    def store(self, offset: int, value: int) -> None:
        """D3CR chooses the voltage scale."""
        super().store(offset, value)
        if offset == _D3CR:
            self._choose()

    def overdrive(self, *, on: bool) -> None:
        """Raise scale 1 to scale 0, or take that back."""
        self._overdrive = on
        self._choose()

    @property
    def _scale(self) -> int:
        return self.words[_D3CR] >> 14 & 3

    def _choose(self) -> None:
        if self._overdrive and self._scale == _SCALE_1:
            self._on_mode("vos0")
        else:
            self._on_mode(_SCALES.get(self._scale, "vos3"))


class Syscfg(RegisterBank):
    """Remembers what is written; PWRCR.ODEN is what unlocks VOS0.

    Args:
        power: where the voltage scale is chosen.
    """

    def __init__(self, power: Pwr, base: int = 0x5800_0400) -> None:
        self._power = power
        super().__init__(base, 0x400)

    def reset(self) -> None:
        """Switch the overdrive off."""
        super().reset()
        self._power.overdrive(on=False)

    def store(self, offset: int, value: int) -> None:
        """PWRCR switches the overdrive."""
        super().store(offset, value)
        if offset == _PWRCR:
            self._power.overdrive(on=bool(value & _ODEN))
