"""Events at the end of a slice of execution."""

from __future__ import annotations

from enum import StrEnum


class Event(StrEnum):
    """Events at the end of a slice that somebody outside may care for."""

    NONE = "none"
    BREAKPOINT = "breakpoint"
    BREAKPOINT_INSTRUCTION = "breakpoint_instruction"
    STEP = "step"
    HARD_FAULT = "hard_fault"
    """HardFault was entered; its handler's first instruction is next."""
    LOCKUP = "lockup"
