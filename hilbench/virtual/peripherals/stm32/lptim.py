"""Low-power timer of an STM32 (RM0351, chapter 31; RM0433, RM0410 and RM0377 alike): counting up, compare."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hilbench.virtual.peripherals.bank import RegisterBank
from hilbench.virtual.peripherals.timer import Counter

_ISR, _ICR, _IER, _CFGR, _CR, _CMP, _ARR, _CNT = range(0x00, 0x20, 4)
_CMPM, _ARRM, _CMPOK, _ARROK = 1 << 0, 1 << 1, 1 << 3, 1 << 4
_ENABLE, _SNGSTRT, _CNTSTRT, _COUNTRST = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MASK = 0xFFFF


class LowPowerTimer(RegisterBank):
    """Counts from 0 to ARR again and again, or once; what is written is taken over at once.

    Args:
        base: first address.
        set_line: raises or lowers the interrupt request.
        now: virtual time, s.
        frequency: of its clock, Hz, as the RCC has chosen it.
    """

    def __init__(
        self,
        base: int,
        set_line: Callable[[bool], None],
        now: Callable[[], float],
        frequency: Callable[[], float],
    ) -> None:
        self._set_line = set_line
        self._now = now
        self._frequency = frequency
        self._counter = Counter()
        self._passed = 0
        super().__init__(base, 0x400, {_ARR: 1})

    def reset(self) -> None:
        """Switch the timer off, as a system reset does."""
        super().reset()
        self._counter = Counter()
        self._passed = 0
        self._request()

    @property
    def due(self) -> float | None:
        """Virtual time at which the next flag that may interrupt is set, s; None while none will be."""
        if not self._counter.running:
            return None
        asked = self.words.get(_IER, 0)
        times = [self._counter.time_of(count) for flag, count in self._awaited() if flag & asked]
        return min((time for time in times if time is not None), default=None)

    def catch_up(self, now: float) -> None:
        """Set the flags since the last time."""
        if not self._counter.running:
            return
        reached = self._counter.at(now)
        if reached <= self._passed:
            return
        flags = sum(flag for flag, count in self._awaited() if count <= reached)
        self._passed = reached
        if self._once and reached >= self._top:
            self.words[_CR] &= ~_SNGSTRT
            self._counter.stop(now)
            self._restart(now)
        self._flag(flags)

    def load(self, offset: int) -> int:
        """Read a register; CNT and the flags are of now."""
        now = self._now()
        self.catch_up(now)
        if offset == _CNT:
            return self._counter.at(now) % (self._top + 1)
        return 0 if offset == _ICR else super().load(offset)

    def store(self, offset: int, value: int) -> None:
        """ARR and CMP say that they are taken over; CR starts and stops."""
        now = self._now()
        self.catch_up(now)
        if offset == _ICR:
            self.words[_ISR] = self.words.get(_ISR, 0) & ~value
        elif offset == _CR:
            self._control(value, now)
        elif offset in (_CMP, _ARR):
            count = self._counter.at(now) % (self._top + 1)
            self.words[offset] = value & _MASK
            self._set(count, now)
            self._flag(_CMPOK if offset == _CMP else _ARROK)
        elif offset in (_IER, _CFGR):
            self.words[offset] = value
        self._request()

    @property
    def _top(self) -> int:
        return self.words.get(_ARR, 0)

    @property
    def _once(self) -> bool:
        return bool(self.words.get(_CR, 0) & _SNGSTRT)

    def _control(self, value: int, now: float) -> None:
        before = self.words.get(_CR, 0)
        if not value & _ENABLE:
            self.words[_CR] = 0
            self._counter.stop(now)
            self._restart(now)
            return
        self.words[_CR] = (
            _ENABLE | (value | before) & (_SNGSTRT | _CNTSTRT) if before & _ENABLE else value & 7
        )
        if value & _COUNTRST:
            self._restart(now)
        if value & (_SNGSTRT | _CNTSTRT):
            self._counter.start(now, self._frequency() / (1 << (self.words.get(_CFGR, 0) >> 9 & 7)))

    def _restart(self, now: float) -> None:
        self._set(0, now)

    def _set(self, count: int, now: float) -> None:
        self._passed = count
        self._counter.set(count, now)

    def _awaited(self) -> Iterator[tuple[int, int]]:
        """Each flag, with the count at which it is next set."""
        period = self._top + 1
        for flag, value in ((_CMPM, self.words.get(_CMP, 0)), (_ARRM, self._top)):
            if value < period:
                yield flag, self._passed + 1 + (value - self._passed - 1) % period

    def _flag(self, flags: int) -> None:
        self.words[_ISR] = self.words.get(_ISR, 0) | flags
        self._request()

    def _request(self) -> None:
        self._set_line(bool(self.words.get(_ISR, 0) & self.words.get(_IER, 0)))
