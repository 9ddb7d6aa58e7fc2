"""Connections of events to tasks: PPI (nRF52840 PS v1.8, 6.16) and DPPI (nRF9160 PS v2.1, 6.5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hilbench.virtual.peripherals.bank import RegisterBank
from hilbench.virtual.peripherals.nrf.events import EventBank

_CHEN, _CHENSET, _CHENCLR = 0x500, 0x504, 0x508
_CHANNEL, _FORK = 0x510, 0x910
_PUBLISH = _SUBSCRIBE = 0x80
"""Distance of an event's PUBLISH, and of a task's SUBSCRIBE, from it."""
_CONNECTED, _CHANNEL_NUMBER = 1 << 31, 0xFF
_TASKS = range(0x00, 0x80, 4)


class Interconnect(RegisterBank):
    """Channels that are switched on by CHEN, CHENSET and CHENCLR; channel groups are left out.

    Args:
        base: first address.
        channels: how many can be switched.
    """

    def __init__(self, base: int, channels: int) -> None:
        self._channels = (1 << channels) - 1
        super().__init__(base, 0x1000)

    def load(self, offset: int) -> int:
        """The three views of the switches read alike."""
        return super().load(_CHEN if offset in (_CHENSET, _CHENCLR) else offset)

    def store(self, offset: int, value: int) -> None:
        """Set, or clear, switches."""
        on = self.words.get(_CHEN, 0)
        switches = {_CHEN: value, _CHENSET: on | value, _CHENCLR: on & ~value}
        if offset in switches:
            self.words[_CHEN] = switches[offset] & self._channels
        else:
            super().store(offset, value)

    def is_on(self, channel: int) -> bool:
        """Whether a channel is switched on."""
        return bool(self.words.get(_CHEN, 0) >> channel & 1)


class Ppi(Interconnect):
    """A channel has the addresses of an event and of one or two tasks.

    Args:
        banks: whose events they may be.
        trigger: writes 1 to a task's address.
    """

    def __init__(self, base: int, banks: Sequence[EventBank], trigger: Callable[[int], None]) -> None:
        super().__init__(base, channels=20)
        self._trigger = trigger
        for bank in banks:
            bank.on_event = lambda event, first=bank.base: self._route(first + event)  # type: ignore[misc]

    def _route(self, event: int) -> None:
        for channel in range(20):
            place = _CHANNEL + 8 * channel
            if self.is_on(channel) and self.words.get(place, 0) == event:
                for task in (self.words.get(place + 4, 0), self.words.get(_FORK + 4 * channel, 0)):
                    if task:
                        self._trigger(task)


class Dppi(Interconnect):
    """An event is published to a channel that any task may have subscribed to.

    Args:
        banks: whose events and tasks they are.
    """

    def __init__(self, base: int, banks: Sequence[EventBank]) -> None:
        super().__init__(base, channels=16)
        self._banks = banks
        for bank in banks:
            bank.on_event = lambda event, source=bank: self._route(source, event)  # type: ignore[misc]

    def _route(self, source: EventBank, event: int) -> None:
        published = source.words.get(event + _PUBLISH, 0)
        channel = published & _CHANNEL_NUMBER
        if not published & _CONNECTED or not self.is_on(channel):
            return
        for bank in self._banks:
            for task in _TASKS:
                subscribed = bank.words.get(task + _SUBSCRIBE, 0)
                if subscribed & _CONNECTED and subscribed & _CHANNEL_NUMBER == channel:
                    bank.start(task)
