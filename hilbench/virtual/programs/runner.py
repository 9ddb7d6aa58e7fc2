"""Runs one program on a virtual chip from reset until it exits, without a debugger."""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from hilbench.chips import Chip
from hilbench.errors import ConfigError
from hilbench.virtual.debug.core_debug import ATTACH, CoreDebug, Register
from hilbench.virtual.fidelity import Fidelity
from hilbench.virtual.machine import Machine, State
from hilbench.virtual.power.energy import SUPPLY_VOLTS
from hilbench.virtual.programs.elf import Program, read_program
from hilbench.virtual.programs.polling import Poll, find_poll
from hilbench.virtual.programs.semihosting import Semihosting
from hilbench.virtual.programs.symbols import FunctionNames
from hilbench.virtual.programs.whereabouts import whereabouts

Output = Callable[[bytes], None]


class End(StrEnum):
    """Reasons for the end of a run."""

    EXIT = "exit"
    """The program exited by semihosting."""
    ASLEEP = "asleep"
    """The program sleeps, and nothing is left that could wake it."""
    LOCKUP = "lockup"
    """A fault that no handler could take."""
    BREAKPOINT = "breakpoint"
    """The program called its debugger by a BKPT that is not semihosting."""
    FAULT = "fault"
    """The program sleeps or called its debugger in the handler of a fault."""
    TIMEOUT = "timeout"


_ENDS = {State.SLEEPING: End.ASLEEP, State.LOCKUP: End.LOCKUP, State.HALTED: End.BREAKPOINT}


@dataclass(frozen=True)
class RunReport:
    """Outcome and cost of a program's run.

    Attributes:
        end: how it ended.
        exit_status: what it passed to exit; None when it did not.
        instructions: executed, all of them.
        cycles: of the core, executing.
        seconds: virtual time at the clock that the program chose, asleep included.
        clock_hz: of the core, at the end.
        board_clock_hz: that a board of this chip runs at; a program may not have raised its clock to it.
        board_seconds: what the cycles take at that clock.
        volts: of the supply.
        joules: drawn from it, by the current model.
        joules_uncertainty_pct: how far that may be off, %; None where the chip's currents are not described.
        by_class: instructions by class, those that occurred.
        where: for ends other than exit: where the core stands, for people.
        polls: the register that it still reads again and again, if its time ran out over that.
    """

    end: End
    exit_status: int | None
    instructions: int
    cycles: int
    seconds: float
    clock_hz: int
    board_clock_hz: int
    board_seconds: float
    volts: float
    joules: float
    joules_uncertainty_pct: float | None
    by_class: Mapping[str, int]
    where: str
    polls: Poll | None = None


def run_elf(
    chip: Chip,
    path: Path,
    *,
    timeout: float,
    output: Output,
    caches: bool = True,
    fidelity: Fidelity = Fidelity.BLOCK,
    volts: float = SUPPLY_VOLTS,
) -> RunReport:
    """Load the ELF at `path`, reset, run, and tell.

    It finds the floating-point unit on, and a debugger attached, so that a BKPT ends it.

    Args:
        chip: what to run it on, at the clock and the wait states after reset.
        path: any bare-metal ELF for the chip's core; without a vector table it begins at its entry.
        timeout: wall time after which it is stopped, s.
        output: takes what it sends by semihosting and over the UART, from another thread.
        caches: it finds them on, as behind start-up code that does so; else as after reset.
        fidelity: how closely its loads and stores are followed.
        volts: of the supply, V.

    Raises:
        ConfigError: the file is no such ELF, or does not fit the chip's memories.
    """
    machine = Machine(chip, realtime=False, caches_at_reset=caches, fidelity=fidelity)
    machine.core.system.float_at_reset = True
    machine.set_supply(volts)
    program = read_program(path)
    load(machine, program)
    semihosting = attach_semihosting(machine, program, output)
    attach_debugger(machine)
    done = threading.Event()

    machine.on_halt(lambda _: done.set())
    machine.on_endless_sleep = done.set
    machine.uart.on_transmit(output)
    machine.start()
    try:
        polls = None if done.wait(timeout) else find_poll(machine, FunctionNames(path))
        report = machine.call(lambda: _report(machine, semihosting.exit_status, path))
        return replace(report, polls=polls) if report.end is End.TIMEOUT else report
    finally:
        machine.close()


def attach_semihosting(machine: Machine, program: Program, output: Output) -> Semihosting:
    """Serve the semihosting of a loaded program; its exit halts the machine."""
    core = machine.core
    ram = _ram(machine.chip, program)
    semihosting = Semihosting(machine.bus, core.registers, lambda: core.clock.seconds, output, ram)

    def on_breakpoint(operand: int) -> bool:
        served = semihosting.serve(operand)
        if semihosting.exit_status is not None:
            machine.halt()
        return served

    core.on_breakpoint_instruction = on_breakpoint
    return semihosting


def attach_debugger(machine: Machine) -> None:
    """Have the program find what semihosting takes for granted: a debugger, for which BKPT halts the core."""
    registers = CoreDebug(machine)
    machine.bus.attach(registers)
    registers.write(Register.DHCSR, 4, ATTACH)


def _ram(chip: Chip, program: Program) -> range:
    """The RAM that the program's variables are in; data TCM or the first one if it has none."""
    memories = [memory for memory in chip.memories.values() if memory.kind != "flash"]
    memory = next(
        (
            memory
            for memory in memories
            if any(memory.base <= address < memory.base + memory.size for address in program.data)
        ),
        next((memory for memory in memories if memory.kind == "dtcm"), memories[0]),
    )
    return range(memory.base, memory.base + memory.size)


def load(machine: Machine, program: Program) -> None:
    """Put a program into the machine's memories and have the core start it at its next reset.

    Raises:
        ConfigError: a segment lies outside the chip's memories.
    """
    for segment in program.segments:
        block = machine.bus.block_at(segment.address)
        end = segment.address + len(segment.data)
        if block is None or end > block.base + block.size:
            raise ConfigError(
                f"The program wants 0x{segment.address:08X} to 0x{end:08X}, where {machine.chip.name} "
                "has no memory; link it for that chip."
            )
        block.load(segment.address, segment.data)
    table = program.vector_table(machine.chip.memories["flash"].base)
    if table is None:
        # What the chip's own boot code does: it brings the vector table that the program lacks.
        table = machine.family.boot_rom
        machine.bus.block_of(table).load(
            table, struct.pack("<2I", _ram(machine.chip, program).stop, program.entry | 1)
        )
    machine.core.system.boot_address = table


def _report(machine: Machine, exit_status: int | None, elf: Path) -> RunReport:
    core = machine.core
    by_class = {str(kind): count for kind, count in core.counter.tally.by_class().items() if count}
    end = End.EXIT if exit_status is not None else _end(machine)
    return RunReport(
        end=end,
        exit_status=exit_status,
        instructions=sum(by_class.values()),
        cycles=core.counter.cycles,
        seconds=core.clock.seconds,
        clock_hz=core.clock.frequency,
        board_clock_hz=machine.chip.clock_hz,
        board_seconds=core.counter.cycles / machine.chip.clock_hz,
        volts=machine.supply,
        joules=machine.joules,
        joules_uncertainty_pct=currents.uncertainty_pct if (currents := machine.chip.currents) else None,
        by_class=by_class,
        where="" if end is End.EXIT else whereabouts(machine, FunctionNames(elf)),
    )


def _end(machine: Machine) -> End:
    end = _ENDS.get(machine.state, End.TIMEOUT)
    stopped = end in (End.ASLEEP, End.BREAKPOINT)
    return End.FAULT if stopped and machine.core.in_fault_handler else end
