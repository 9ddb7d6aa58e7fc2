"""States of a virtual chip."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """State of the core, or that the chip has no supply."""

    RUNNING = "running"
    SLEEPING = "sleeping"
    HALTED = "halted"
    """Halted by the debugger."""
    LOCKUP = "lockup"
    """Locked up by a fault that no handler could take; only a reset helps."""
    OFF = "off"
    """Without supply, so that nothing executes."""
