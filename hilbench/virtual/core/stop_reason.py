"""Reasons for which the core stops executing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class StopReason(StrEnum):
    """Reasons for the end of a run."""

    ASKED = "asked"
    """Stopped by the deadline, by a request, or where a mask may have been lifted."""
    BREAKPOINT = "breakpoint"
    """Stopped before an instruction that has a breakpoint."""
    STEP = "step"
    SLEEP = "sleep"
    """Stopped at a WFI, past it."""
    WAIT_FOR_EVENT = "wait_for_event"
    """Stopped at a WFE, past it."""
    SUPERVISOR_CALL = "supervisor_call"
    BREAKPOINT_INSTRUCTION = "breakpoint_instruction"
    EXCEPTION_RETURN = "exception_return"
    UNDEFINED = "undefined"
    NO_COPROCESSOR = "no_coprocessor"
    """A floating-point instruction with the unit switched off."""
    STACK_OVERFLOW = "stack_overflow"
    """A stack pointer below its stack's limit."""
    UNALIGNED = "unaligned"
    DIVIDE_BY_ZERO = "divide_by_zero"
    WRONG_STATE = "wrong_state"
    """An instruction outside of Thumb state."""
    DATA_FAULT = "data_fault"
    FETCH_FAULT = "fetch_fault"
    EXECUTE_NEVER = "execute_never"
    """A fetch from a region for data alone, as peripherals are."""


@dataclass(frozen=True)
class Stop:
    """End of a run, and why; `address` is where a fault or an exception return pointed."""

    reason: StopReason
    address: int = 0
