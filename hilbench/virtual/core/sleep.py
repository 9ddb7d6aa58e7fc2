"""Sleep of the core: which instruction it waits at, and what ends that."""

from __future__ import annotations

from collections.abc import Callable


class Sleep:
    """State of a WFI or WFE.

    Attributes:
        asleep: stopped at a WFI until an exception is pending, or at a WFE until there is an event.
    """

    def __init__(self) -> None:
        self._waits_for_event = False
        self.reset()

    def reset(self) -> None:
        """Be awake, and forget what led there."""
        self.asleep = self._woken = self._overtaken = False

    def wake_if(self, interrupt: Callable[[], bool], event: Callable[[], bool]) -> None:
        """End a WFI if there is an interrupt for it, a WFE if there is an event."""
        if self.asleep:
            self.asleep = not (event() if self._waits_for_event else interrupt())
            self._woken = not self.asleep

    def note_entry(self) -> None:
        """Note that an exception was entered; behind its handler, a WFI may find that it came too early."""
        self._overtaken, self._woken = not self._woken, False

    def wait_for_interrupt(self, *, timed: bool) -> None:
        """Execute a WFI, which completes at once where the interrupt that it waits for came just before.

        Peripherals answer at once: what takes them longer on silicon than the core from a look at a flag to
        the WFI behind it is over by then. With a timer on, the sleep has an end anyway.

        Args:
            timed: a timer is on.
        """
        overtaken, self._overtaken = self._overtaken, False
        self.asleep, self._waits_for_event = timed or not overtaken, False

    def wait_for_event(self, *, registered: bool) -> None:
        """Execute a WFE, which completes at once where an event is registered."""
        self.asleep, self._waits_for_event = not registered, True

    def sleep_on_exit(self) -> None:
        """Sleep behind the last handler, as SLEEPONEXIT has it."""
        self.asleep, self._waits_for_event = True, False
