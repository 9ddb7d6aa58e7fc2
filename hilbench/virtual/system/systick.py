"""SysTick, the core's 24-bit timer (ARMv7-M ARM B3.3)."""

from __future__ import annotations

from collections.abc import Callable

from hilbench.virtual.clock import Clock
from hilbench.virtual.peripherals.bank import RegisterBank
from hilbench.virtual.system.nvic import Nvic, Vector

_CSR, _RVR, _CVR, _CALIB = 0x0, 0x4, 0x8, 0xC
_ENABLE, _TICKINT, _CLKSOURCE, _COUNTFLAG = 1, 2, 4, 1 << 16
_MAXIMUM = 0xFF_FFFF
_EXTERNAL_DIVIDER = 8
"""STM32: the external reference is the core clock divided by 8 (RM0433, 8.5.1)."""


class SysTick(RegisterBank):
    """Counts down from RVR; pends its exception at 0 when TICKINT is set.

    Args:
        clock: counts the core clock's periods, asleep too.
        now: those periods, exact to the instruction that reads.
        nvic: where the exception becomes pending.
    """

    def __init__(self, clock: Clock, now: Callable[[], int], nvic: Nvic) -> None:
        super().__init__(0xE000_E010, 0x10, {_CALIB: 0x4000_0000})
        self._clock = clock
        self._now = now
        self._nvic = nvic
        self._expiry: int | None = None
        self._lap = 0

    def reset(self) -> None:
        """Stop the timer."""
        super().reset()
        self._expiry = None

    @property
    def expiry(self) -> int | None:
        """The tick of the core clock at which the exception is due, if it is switched on."""
        return self._expiry if self.words.get(_CSR, 0) & _TICKINT else None

    def catch_up(self) -> None:
        """Pend the exception if the counter passed 0 since the last call."""
        self._pass(self._clock.ticks)

    def _pass(self, now: int) -> None:
        if self._expiry is None or now < self._expiry:
            return
        self.words[_CSR] |= _COUNTFLAG
        if self.words[_CSR] & _TICKINT:
            self._nvic.pend(Vector.SYS_TICK)
        missed = (now - self._expiry) // self._period
        self._count_from(0, self._expiry + missed * self._period)

    def _count_from(self, count: int, now: int) -> None:
        """Go on; at 0 a lap begins, or none where RVR is 0."""
        self.words[_CVR] = count
        self._lap = (count + 1) * self._step if count else self._period
        running = count or self.words.get(_RVR, 0)
        self._expiry = now + (count * self._step or self._period) if running else None

    def _count(self, now: int) -> int:
        if self._expiry is None:
            return self.words.get(_CVR, 0)
        left = self._expiry - now
        return left // self._step if left < self._lap else 0

    def load(self, offset: int) -> int:
        """CVR is the time left; reading CSR clears COUNTFLAG."""
        if offset == _CVR:
            now = self._now()
            self._pass(now)  # so that ICSR and COUNTFLAG tell of a lap no later than the count does
            return self._count(now)
        if offset == _CSR:
            self.catch_up()
            value = self.words.get(_CSR, 0)
            self.words[_CSR] = value & ~_COUNTFLAG
            return value
        return super().load(offset)

    def store(self, offset: int, value: int) -> None:
        """Write a register; writing CVR clears it and COUNTFLAG; enabled, it goes on from where it was."""
        self._nvic.on_change()
        if offset == _CSR:
            self._switch(value & (_ENABLE | _TICKINT | _CLKSOURCE))
        elif offset == _RVR:
            self.words[_RVR] = value & _MAXIMUM
        elif offset == _CVR:
            self.words[_CVR] = 0
            self.words[_CSR] = self.words.get(_CSR, 0) & ~_COUNTFLAG
            if self.words[_CSR] & _ENABLE:
                self._count_from(0, self._now())

    def _switch(self, control: int) -> None:
        now = self._now()
        self._pass(now)
        count, before = self._count(now), self.words.get(_CSR, 0)
        self.words[_CSR] = control | before & _COUNTFLAG
        if not control & _ENABLE:
            self._expiry = None
            self.words[_CVR] = count
        elif (before ^ control) & (_ENABLE | _CLKSOURCE):
            self._count_from(count, now)

    @property
    def _step(self) -> int:
        return 1 if self.words.get(_CSR, 0) & _CLKSOURCE else _EXTERNAL_DIVIDER

    @property
    def _period(self) -> int:
        return (self.words.get(_RVR, 0) + 1) * self._step
