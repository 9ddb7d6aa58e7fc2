"""The processor: instructions, exceptions, timers and sleep, advanced a slice at a time."""

from __future__ import annotations

from collections.abc import Callable

from hilbench.chips import Chip
from hilbench.virtual.bus import Bus, MemoryBlock
from hilbench.virtual.chips import Family
from hilbench.virtual.clock import Clock
from hilbench.virtual.core import layout as at
from hilbench.virtual.core.cause import FAULTS
from hilbench.virtual.core.core_features import CORE_FEATURES
from hilbench.virtual.core.counting import BlockCounter
from hilbench.virtual.core.cpu import Cpu
from hilbench.virtual.core.event import Event
from hilbench.virtual.core.exceptions import ExceptionUnit, Lockup
from hilbench.virtual.core.float_context import FloatContext
from hilbench.virtual.core.registers import PC
from hilbench.virtual.core.sleep import Sleep
from hilbench.virtual.core.stop_reason import Stop, StopReason
from hilbench.virtual.peripherals.bank import ConstantBank
from hilbench.virtual.peripherals.timer import Timer
from hilbench.virtual.system.debug_monitor import DebugFaultStatus, Dfsr, MonitorControl
from hilbench.virtual.system.dwt import CycleCounter
from hilbench.virtual.system.handlers import SystemHandlers
from hilbench.virtual.system.mpu import MemoryProtection
from hilbench.virtual.system.nvic import Nvic, Vector
from hilbench.virtual.system.pmu import PerformanceMonitor
from hilbench.virtual.system.scs import SystemControl
from hilbench.virtual.system.systick import SysTick
from hilbench.virtual.timing import CoreModel

BreakpointHandler = Callable[[int], bool]
"""Takes the operand of a BKPT; True when it is dealt with and execution goes on behind it."""

_CALLS = (StopReason.SUPERVISOR_CALL, StopReason.EXCEPTION_RETURN)
"""Ends of a run that are nobody else's business."""
_ICTR = 0xE000_E004
"""Tells how many groups of 32 interrupts there are, less one; ARMv6-M lacks it."""
_FAULT_VECTORS = (Vector.HARD_FAULT, *(cause.vector for cause in FAULTS.values()))


class Core:
    """A Cortex-M core on its bus.

    Attributes:
        features: of the kind of core that it is.
        sleep: at a WFI or WFE.
        timers: of the chip, without SysTick.
        debug_status: DFSR.
        monitor: DEMCR.
        on_breakpoint_instruction: asked before a BKPT becomes an event.

    Args:
        chip: what it is in.
        family: the parts around it.
        bus: what it fetches, loads and stores over.
        model: of its timing, at first.
        boot_address: where the vector table lies after reset.
        exact: every access of data is looked up in the cache.
    """

    def __init__(
        self,
        chip: Chip,
        family: Family,
        bus: Bus,
        model: CoreModel,
        *,
        boot_address: int,
        exact: bool = False,
    ) -> None:
        self.features = features = CORE_FEATURES[chip.core]
        tight = {memory.base for memory in chip.memories.values() if memory.kind in ("itcm", "dtcm")}

        def is_tight(block: MemoryBlock) -> bool:
            return block.base in tight

        self.bus = bus
        self.counter = BlockCounter(bus, model, features, is_tight, exact=exact)
        self.cpu = Cpu(chip.core, bus, self.counter)
        self.registers = self.cpu.registers
        self.clock = Clock(self.counter, family.reset_clock)
        self.nvic = Nvic(family.priority_bits, family.interrupts)
        self.nvic.on_change = self.cpu.request_stop
        self.system = SystemControl(self.nvic, features, family.cpuid, boot_address)
        self.systick = SysTick(self.clock, self.ticks_now, self.nvic)
        trace = CycleCounter(
            self.cpu.position.cycles, comparators=features.watchpoints, counts=features.cycle_counter
        )
        protection = MemoryProtection(family.protection_regions, armv8=features.armv8)
        self.timers: list[Timer] = []
        self.debug_status = DebugFaultStatus()
        self.monitor = MonitorControl(self.nvic, baseline=features.baseline)
        handlers = SystemHandlers(self.nvic, features)
        for peripheral in (self.nvic, self.system, handlers, self.systick, trace, protection):
            bus.attach(peripheral)
        for register in (self.debug_status, self.monitor):
            bus.attach(register)
        if not features.baseline:
            bus.attach(PerformanceMonitor(self.cpu.position.instructions))
            bus.attach(ConstantBank(_ICTR, 4, {0: (family.interrupts - 1) // 32}))
        self._exceptions = ExceptionUnit(
            self.registers,
            bus,
            self.nvic,
            self.system,
            self.counter,
            self.cpu.state,
            self._float_context() if features.floating_point else None,
            armv8=features.armv8,
        )
        self.on_breakpoint_instruction: BreakpointHandler = lambda _: False
        self.system.on_traps = self.cpu.set_traps
        self.system.on_branches_forgotten = self.counter.forget_branches
        self.cpu.on_event(self._register_event)
        self.nvic.on_pending = self._on_pending
        self.sleep = Sleep()
        self.lockup: str | None = None

    def ticks_now(self) -> int:
        """Periods of the core clock, exact to the instruction that asks."""
        return self.clock.ticks - self.counter.cycles + self.cpu.position.cycles()

    def seconds_now(self) -> float:
        """Virtual time, exact to the instruction that asks, s."""
        seconds, ticks = self.clock.seconds, self.clock.ticks  # before the look, which settles the count
        return seconds + (self.ticks_now() - ticks) / self.clock.frequency

    @property
    def last_fault(self) -> tuple[int, Stop] | None:
        """Address of the last instruction since the reset whose fault led to a handler, and how."""
        return self._exceptions.last_fault

    @property
    def in_fault_handler(self) -> bool:
        """Whether what it handles is a fault."""
        return self.registers.exception in _FAULT_VECTORS

    def reset(self) -> None:
        """System reset: peripherals first, then stack pointer and program counter from the vector table."""
        self.bus.reset()
        self.counter.caches.invalidate()
        self.counter.forget_branches()
        self.cpu.pages.forget_code()
        self.sleep.reset()
        self.lockup = None
        try:
            self._exceptions.reset()
        except Lockup as lockup:
            self.lockup = lockup.reason

    def wake_if_pending(self) -> None:
        """End a WFI if something is pending, a WFE if there was an event."""
        self.systick.catch_up()
        now = self.clock.seconds
        for timer in self.timers:
            timer.catch_up(now)
        self.sleep.wake_if(
            interrupt=lambda: self.nvic.wakes(self.registers),
            event=lambda: self._take_event() or self.nvic.next(self.registers) is not None,
        )

    def run(self, cycles: int, *, pass_breakpoint: bool = False) -> Event:
        """Execute for about `cycles`, until sleep or an event.

        Args:
            cycles: at most, to the end of a basic block.
            pass_breakpoint: execute the first instruction even if it has a breakpoint.
        """
        end = self.counter.cycles + cycles
        try:
            while True:
                self._prepare()
                if self.sleep.asleep:
                    return Event.NONE
                if self.monitor.steps and self._monitor_may_interrupt():
                    stop = self._step_monitored()
                else:
                    stop = self.cpu.run(self._deadline(end), pass_breakpoint=pass_breakpoint)
                event = self._handle(stop)
                if event is not Event.NONE or stop.reason not in _CALLS or self.counter.cycles >= end:
                    return event
                pass_breakpoint = False
        except Lockup as lockup:
            self.lockup = lockup.reason
            return Event.LOCKUP

    def step(self) -> Event:
        """Execute one instruction, or enter one exception."""
        try:
            self._prepare()
            self.sleep.asleep = False
            event = self._handle(self.cpu.step())
        except Lockup as lockup:
            self.lockup = lockup.reason
            return Event.LOCKUP
        return Event.STEP if event is Event.NONE else event

    def _float_context(self) -> FloatContext:
        context = FloatContext(self.cpu.state, self.registers, armv8=self.features.armv8)
        context.on_change = self.cpu.request_stop
        context.float_follows = self.cpu.position.float_follows
        self.bus.attach(context)
        return context

    @property
    def expiry(self) -> int | None:
        """The tick of the core clock at which a timer next has something to tell; None while none has."""
        due = [time for timer in self.timers if (time := timer.due) is not None]
        expiries = [self.clock.ticks_at(min(due))] if due else []
        if self.systick.expiry is not None:
            expiries.append(self.systick.expiry)
        return min(expiries, default=None)

    def _deadline(self, end: int) -> int:
        """Cycles at which a run has to end: `end`, or before, for a timer."""
        expiry = self.expiry
        return end if expiry is None else min(end, self.clock.cycles_at(expiry) + 1)

    def _prepare(self) -> None:
        self.wake_if_pending()
        if self._exceptions.take_pending():
            self.sleep.note_entry()
        self._exceptions.tell_engine()
        self.counter.table[at.PENDING] = self.nvic.held_back()

    def _handle(self, stop: Stop) -> Event:
        match stop.reason:
            case StopReason.SLEEP:
                self.sleep.wait_for_interrupt(timed=self.expiry is not None)
            case StopReason.WAIT_FOR_EVENT:
                self.sleep.wait_for_event(registered=self._take_event())
            case StopReason.SUPERVISOR_CALL:
                self._exceptions.raise_synchronous(Vector.SV_CALL)
            case StopReason.EXCEPTION_RETURN:
                self._exceptions.leave(stop.address | 1)
                if self.system.sleeps_on_exit and not self.registers.exception:
                    self.sleep.sleep_on_exit()
            case StopReason.BREAKPOINT:
                return Event.BREAKPOINT
            case StopReason.BREAKPOINT_INSTRUCTION:
                return self._breakpoint_instruction()
            case _ if stop.reason in FAULTS:
                self._exceptions.fault(stop)
                if self.registers.exception == Vector.HARD_FAULT:
                    return Event.HARD_FAULT
        return Event.NONE

    def _register_event(self) -> None:
        self._exceptions.event = True

    def _on_pending(self) -> None:
        if self.system.pending_sends_event:
            self._register_event()

    def _take_event(self) -> bool:
        registered, self._exceptions.event = self._exceptions.event, False
        return registered

    def _breakpoint_instruction(self) -> Event:
        pc = self.registers.pc
        operand = self.bus.read(pc, 1)[0]
        if not self.on_breakpoint_instruction(operand):
            return Event.BREAKPOINT_INSTRUCTION
        self.registers.write(PC, pc + 2)
        return Event.NONE

    def take_debug_event(self, event: Dfsr) -> bool:
        """Take what no debugger halts for: by DebugMonitor, a breakpoint else by HardFault (ARMv7-M, C1.4.1).

        Returns:
            False when that is lockup.
        """
        self.debug_status.note(event)
        monitored = self.monitor.enabled and self._monitor_may_interrupt()
        if not monitored and event is not Dfsr.BKPT:
            return True
        try:
            if not monitored:
                self.system.note_debug_event()
            self._exceptions.raise_synchronous(Vector.DEBUG_MONITOR if monitored else Vector.HARD_FAULT)
        except Lockup as lockup:
            self.lockup = lockup.reason
        return self.lockup is None

    def _monitor_may_interrupt(self) -> bool:
        return self.nvic.priority_of(Vector.DEBUG_MONITOR) < self.nvic.execution_priority(self.registers)

    def _step_monitored(self) -> Stop:
        """Execute one instruction, behind which DebugMonitor comes back (C1.4.4)."""
        stop = self.cpu.step()
        self.debug_status.note(Dfsr.HALTED)
        self.nvic.pend(Vector.DEBUG_MONITOR)
        return stop
