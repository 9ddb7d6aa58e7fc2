"""Halting debug: what holds the core, and who hears of it (ARMv7-M ARM, DDI 0403E, C1.4)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import StrEnum

from hilbench.virtual.core.core import Core
from hilbench.virtual.core.event import Event
from hilbench.virtual.core.watchpoints import Watchpoints
from hilbench.virtual.system.debug_monitor import Dfsr


class HaltReason(StrEnum):
    """Reasons for which the core stops executing."""

    REQUEST = "request"
    BREAKPOINT = "breakpoint"
    WATCHPOINT = "watchpoint"
    STEP = "step"
    VECTOR_CATCH = "vector_catch"
    LOCKUP = "lockup"


_NOTED = {
    HaltReason.REQUEST: Dfsr.HALTED,
    HaltReason.STEP: Dfsr.HALTED,
    HaltReason.BREAKPOINT: Dfsr.BKPT,
    HaltReason.WATCHPOINT: Dfsr.DWTTRAP,
    HaltReason.VECTOR_CATCH: Dfsr.VCATCH,
    HaltReason.LOCKUP: Dfsr.HALTED,
}


class Halting:
    """Holds the core where a debugger wants it held.

    Args:
        core: what is held.

    Attributes:
        enabled: a debugger is attached, so that debug events halt; else the core itself takes them.
        catch_reset: halt at the reset vector after every reset.
        catch_hard_fault: halt at the HardFault handler.
        watchpoints: what else halts.
    """

    def __init__(self, core: Core) -> None:
        self.enabled = False
        self.catch_reset = False
        self.catch_hard_fault = False
        self.watchpoints = Watchpoints(core.cpu)
        self._core = core
        self._halted = threading.Event()
        self._listeners: list[Callable[[HaltReason], None]] = []

    @property
    def halted(self) -> bool:
        """Whether the core is held."""
        return self._halted.is_set()

    def wait(self, timeout: float) -> bool:
        """Wait until the core is held; False when `timeout` s passed first."""
        return self._halted.wait(timeout)

    def listen(self, callback: Callable[[HaltReason], None]) -> None:
        """Have `callback` called whenever the core stops executing."""
        self._listeners.append(callback)

    def halt(self, reason: HaltReason) -> None:
        """Hold the core; nothing if it is held."""
        if not self.halted:
            self._halted.set()
            self._core.sleep.asleep = False  # entering debug state ends a WFI (B1.5.19)
            self._core.lockup = None  # and lockup; at an unchanged PC it comes back (B1.5.15)
            self._tell(reason)

    def release(self) -> None:
        """Let the core go."""
        self._halted.clear()

    def after_reset(self, *, halt: bool) -> None:
        """Hold the core at the reset vector, if `halt` or the reset catch says so."""
        self.release()
        if halt or self.catch_reset:
            self.halt(HaltReason.VECTOR_CATCH)
        elif self._core.lockup is not None:
            self._tell(HaltReason.LOCKUP)

    def react(self, event: Event) -> None:
        """React to the `event` with which the core ended a slice."""
        if event in (Event.BREAKPOINT, Event.BREAKPOINT_INSTRUCTION):
            self._debug_event(HaltReason.BREAKPOINT)
        elif event is Event.HARD_FAULT and self.catch_hard_fault:
            self.halt(HaltReason.VECTOR_CATCH)
        if event is Event.LOCKUP:
            self._tell(HaltReason.LOCKUP)
        elif self.watchpoints.take_hit():
            self._debug_event(HaltReason.WATCHPOINT)

    def _debug_event(self, reason: HaltReason) -> None:
        """Halt for the debugger that is attached, or have the core itself see to it (C1.4.1)."""
        if self.enabled:
            self.halt(reason)
        elif not self._core.take_debug_event(_NOTED[reason]):
            self._tell(HaltReason.LOCKUP)

    def _tell(self, reason: HaltReason) -> None:
        self._core.debug_status.note(_NOTED[reason])
        for listener in self._listeners:
            listener(reason)
