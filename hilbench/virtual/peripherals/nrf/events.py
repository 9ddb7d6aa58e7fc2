"""Tasks and events of every nRF peripheral: tasks are started, events interrupt (nRF52840 PS, 6.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hilbench.virtual.peripherals.bank import RegisterBank

_TASKS = range(0x080)
_EVENTS = range(0x100, 0x180)
_INTEN, _INTENSET, _INTENCLR = 0x300, 0x304, 0x308


class EventBank(RegisterBank):
    """Registers below 0x80 are tasks, those from 0x100 events, each with its bit in INTEN.

    A subclass says in `start` what its tasks do. Behind tasks and events are what a task subscribes to and
    where an event is published, on chips that connect them so.

    Attributes:
        on_event: called with an event's offset when it happens.

    Args:
        base: first address.
        set_line: raises or lowers the interrupt request.
        reset_values: registers that are not zero after reset, by offset.
    """

    def __init__(
        self, base: int, set_line: Callable[[bool], None], reset_values: Mapping[int, int] | None = None
    ) -> None:
        super().__init__(base, 0x1000, reset_values)
        self._set_line = set_line
        self.on_event: Callable[[int], None] = lambda _: None

    def reset(self) -> None:
        """Return to the state after reset: no event, no interrupt."""
        super().reset()
        self._set_line(False)

    def start(self, task: int) -> None:
        """Start the task at offset `task`."""

    def happen(self, event: int) -> None:
        """Have the event at offset `event` happen."""
        self.words[event] = 1
        if self.words.get(_INTEN, 0) >> (event - _EVENTS.start) // 4 & 1:
            self._set_line(True)
        self.on_event(event)

    def load(self, offset: int) -> int:
        """Tasks read as zero, the three interrupt registers as one."""
        if offset in _TASKS:
            return 0
        return super().load(_INTEN if offset in (_INTENSET, _INTENCLR) else offset)

    def store(self, offset: int, value: int) -> None:
        """Writing 1 triggers a task; writing 0 clears an event."""
        if offset in _TASKS:
            if value & 1:
                self.start(offset)
            return
        if offset == _INTENSET:
            self.words[_INTEN] = self.words.get(_INTEN, 0) | value
        elif offset == _INTENCLR:
            self.words[_INTEN] = self.words.get(_INTEN, 0) & ~value
        else:
            super().store(offset, value)
        self._request()

    def _request(self) -> None:
        left, requested = self.words.get(_INTEN, 0), False
        while left and not requested:  # few are enabled of the 32, and this is asked for every byte of a UART
            number = left.bit_length() - 1
            requested = bool(self.words.get(_EVENTS[4 * number], 0))
            left ^= 1 << number
        self._set_line(requested)
