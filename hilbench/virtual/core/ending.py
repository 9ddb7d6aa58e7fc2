"""Why the core stopped executing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Stop(StrEnum):
    """Why a run ended."""

    ASKED = "asked"
    """By the deadline, by a request, or where a mask may have been lifted."""
    BREAKPOINT = "breakpoint"
    """Before an instruction that has a breakpoint."""
    STEP = "step"
    SLEEP = "sleep"
    """At a WFI, past it."""
    WAIT_FOR_EVENT = "wait_for_event"
    """At a WFE, past it."""
    SUPERVISOR_CALL = "supervisor_call"
    BREAKPOINT_INSTRUCTION = "breakpoint_instruction"
    EXCEPTION_RETURN = "exception_return"
    UNDEFINED = "undefined"
    NO_COPROCESSOR = "no_coprocessor"
    """A floating-point instruction with the unit switched off."""
    STACK_OVERFLOW = "stack_overflow"
    """Below a stack's limit."""
    UNALIGNED = "unaligned"
    DIVIDE_BY_ZERO = "divide_by_zero"
    WRONG_STATE = "wrong_state"
    """Not in Thumb state."""
    DATA_FAULT = "data_fault"
    FETCH_FAULT = "fetch_fault"
    EXECUTE_NEVER = "execute_never"
    """At an address in a region for data alone, as peripherals are."""


@dataclass(frozen=True)
class Ending:
    """How a run ended; `address` is where a fault or an exception return pointed."""

    stop: Stop
    address: int = 0
