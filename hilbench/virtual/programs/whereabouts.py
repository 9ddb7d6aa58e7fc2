"""Place of a program that did not end by itself, for people."""

from __future__ import annotations

from hilbench.virtual.core.stop_reason import Stop, StopReason
from hilbench.virtual.machine import Machine
from hilbench.virtual.programs.symbols import FunctionNames

_FAULTS = {
    StopReason.UNDEFINED: "an undefined instruction",
    StopReason.WRONG_STATE: "a jump without the Thumb bit",
    StopReason.NO_COPROCESSOR: "a floating-point instruction with the unit off",
    StopReason.STACK_OVERFLOW: "a push below the stack's limit",
    StopReason.UNALIGNED: "an unaligned access",
    StopReason.DIVIDE_BY_ZERO: "a division by zero",
    StopReason.FETCH_FAULT: "a fetch from no memory",
    StopReason.EXECUTE_NEVER: "a jump to where no code can be",
    StopReason.DATA_FAULT: "a refused access",
}


def whereabouts(machine: Machine, names: FunctionNames) -> str:
    """The core's place, the exception that it is in, and the fault that led there."""
    core = machine.core
    parts = [_place(core.registers.pc, names)]
    if core.registers.exception:
        parts.append(f"exception {core.registers.exception}, cfsr 0x{core.system.fault_status:08X}")
    if core.lockup:
        parts.append(core.lockup)
    if core.last_fault and (core.in_fault_handler or core.lockup):
        parts.append(_cause(*core.last_fault, names))
    return ", ".join(parts)


def _place(pc: int, names: FunctionNames) -> str:
    name = names.at(pc)
    return f"pc 0x{pc:08X}" + (f" in {name}" if name else "")


def _cause(pc: int, stop: Stop, names: FunctionNames) -> str:
    to = f" to 0x{stop.address:08X}" if stop.reason is StopReason.DATA_FAULT else ""
    return f"after {_FAULTS[stop.reason]}{to} at {_place(pc, names)}"
