"""Real-time counter of the nRF52 and nRF91 (nRF52840 PS v1.8, 6.22): 24 bits of the low-frequency clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import IntEnum

from hilbench.virtual.peripherals.nrf.events import EventBank
from hilbench.virtual.peripherals.timer import Counter

LOW_FREQUENCY = 32_768
"""Frequency of the low-frequency clock, Hz."""
_TICK, _OVRFLW, _COMPARE = 0x100, 0x104, 0x140
_INTEN, _EVTEN, _EVTENSET, _EVTENCLR = 0x300, 0x340, 0x344, 0x348
_COUNTER, _PRESCALER, _CC = 0x504, 0x508, 0x540
_WRAP = 1 << 24
_JUST_BEFORE_OVERFLOW = 0xFF_FFF0


class Task(IntEnum):
    """Offsets of the tasks."""

    START = 0x000
    STOP = 0x004
    CLEAR = 0x008
    TRIGOVRFLW = 0x00C


class Rtc(EventBank):
    """Counts while it is started and the low-frequency clock runs; an event needs its bit in EVTEN or INTEN.

    Args:
        base: first address.
        comparators: how many there are.
        set_line: raises or lowers the interrupt request.
        now: virtual time, s.
    """

    def __init__(
        self, base: int, comparators: int, set_line: Callable[[bool], None], now: Callable[[], float]
    ) -> None:
        self._comparators = range(comparators)
        self._now = now
        self._counter = Counter()
        self._passed = 0
        self._started = self._clocked = False
        super().__init__(base, set_line)

    def reset(self) -> None:
        """Stop the counter at 0; the low-frequency clock is stopped by its own reset."""
        super().reset()
        self._counter = Counter()
        self._passed = 0
        self._started = self._clocked = False

    def clock(self, *, running: bool) -> None:
        """Start or stop the low-frequency clock."""
        self._clocked = running
        self._run()

    @property
    def due(self) -> float | None:
        """Virtual time at which the next event that is enabled happens, s; None while none will."""
        if not self._counter.running:
            return None
        return min((self._counter.time_of(count) or 0.0 for _, count in self._awaited()), default=None)

    def catch_up(self, now: float) -> None:
        """Have the events since the last time happen."""
        if not self._counter.running:
            return
        reached = self._counter.at(now)
        if reached <= self._passed:
            return
        happened = [event for event, count in self._awaited() if count <= reached]
        self._passed = reached
        for event in happened:
            self.happen(event)

    def start(self, task: int) -> None:
        """Start, stop or set the counter."""
        now = self._now()
        self.catch_up(now)
        match task:
            case Task.START | Task.STOP:
                self._started = task == Task.START
                self._run()
            case Task.CLEAR | Task.TRIGOVRFLW:
                self._passed = 0 if task == Task.CLEAR else _JUST_BEFORE_OVERFLOW
                self._counter.set(self._passed, now)

    def load(self, offset: int) -> int:
        """Read a register; COUNTER and the events are of now."""
        now = self._now()
        self.catch_up(now)
        if offset == _COUNTER:
            return self._counter.at(now) % _WRAP
        return super().load(_EVTEN if offset in (_EVTENSET, _EVTENCLR) else offset)

    def store(self, offset: int, value: int) -> None:
        """Write a register; what happened before happened by the registers as they were."""
        self.catch_up(self._now())
        if offset == _EVTENSET:
            self.words[_EVTEN] = self.words.get(_EVTEN, 0) | value
        elif offset == _EVTENCLR:
            self.words[_EVTEN] = self.words.get(_EVTEN, 0) & ~value
        elif offset in range(_CC, _CC + 4 * len(self._comparators)):
            self.words[offset] = value % _WRAP
        elif offset == _PRESCALER and not self._started:
            self.words[offset] = value & 0xFFF
        elif offset not in (_COUNTER, _PRESCALER):
            super().store(offset, value)

    def _run(self) -> None:
        now = self._now()
        if self._started and self._clocked:
            self._counter.start(now, LOW_FREQUENCY / (self.words.get(_PRESCALER, 0) + 1))
        else:
            self._counter.stop(now)

    def _awaited(self) -> Iterator[tuple[int, int]]:
        """Each enabled event, with the count at which it next happens."""
        enabled = self.words.get(_INTEN, 0) | self.words.get(_EVTEN, 0)
        if enabled & 1:
            yield _TICK, self._passed + 1
        if enabled >> 1 & 1:
            yield _OVRFLW, self._next(0)
        for number in self._comparators:
            if enabled >> 16 + number & 1:
                yield _COMPARE + 4 * number, self._next(self.words.get(_CC + 4 * number, 0))

    def _next(self, value: int) -> int:
        """The first count after what has passed that the counter shows as `value`."""
        return self._passed + 1 + (value - self._passed - 1) % _WRAP
