"""The virtual chip as others see it: it runs in a thread of its own and answers any thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hilbench.chips import Chip
from hilbench.virtual.chips import Signals, build_bus, family_of
from hilbench.virtual.core.core import Core
from hilbench.virtual.core.memory_control import MemoryControl
from hilbench.virtual.core.watchpoints import Access
from hilbench.virtual.fidelity import Fidelity
from hilbench.virtual.halting import Halting, HaltReason
from hilbench.virtual.power.activity import Activity
from hilbench.virtual.power.energy import CurrentModel
from hilbench.virtual.power.mix import InstructionMix
from hilbench.virtual.power.timeline import Timeline
from hilbench.virtual.state import State
from hilbench.virtual.timing import core_model
from hilbench.virtual.worker import Worker

__all__ = ["Access", "HaltReason", "Machine", "State"]

T = TypeVar("T")

_SLICE_SECONDS = 1e-3
"""Virtual time that the core runs before time and current are written down for a meter."""
_LONG_SLICE_SECONDS = 20e-3
"""Virtual time that the core runs in one piece where no meter reads time and current meanwhile."""
_NAP_SECONDS = 2e-3
"""Wall time between two looks at the clock while nothing executes."""


class Machine:
    """A microcontroller with its debugger's view; every public method may be called from any thread.

    It is without supply until `start`.

    Args:
        chip: what to emulate.
        realtime: asleep or halted, virtual time follows the wall clock; else sleep is skipped to the
            next timer, and lasts for ever where there is none.
        caches_at_reset: caches that the firmware would switch on are on from the beginning.
        fidelity: how closely it follows loads and stores.

    Attributes:
        halting: what the debugger set up to hold the core.
        family: its parts around the core.
        bus: where further peripherals are attached.
        uart: the serial port.
        timeline: what the board drew; read by a power meter.
        on_endless_sleep: called, unless `realtime`, while the core sleeps and no timer will wake it.
    """

    def __init__(
        self,
        chip: Chip,
        *,
        realtime: bool = True,
        caches_at_reset: bool = False,
        fidelity: Fidelity = Fidelity.BLOCK,
    ) -> None:
        self.chip = chip
        self.family = family_of(chip)
        self.bus = build_bus(chip, self.family)
        self.timeline = Timeline()
        self.on_endless_sleep: Callable[[], None] = lambda: None
        boot = next(memory.base for memory in chip.memories.values() if memory.kind == "flash")
        self.core = Core(
            chip, self.family, self.bus, core_model(chip), boot_address=boot, exact=fidelity is Fidelity.CACHE
        )
        self.core.system.caches_at_reset = caches_at_reset
        self._caches_at_reset = caches_at_reset
        self._memory = MemoryControl(chip, self.core.counter, self.core.cpu.request_stop)
        self.core.system.on_caches = self._memory.set_caches
        self._activity = Activity(
            self.core, self.timeline, CurrentModel.of(chip), InstructionMix(chip.core), realtime=realtime
        )
        self.uart = self.family.attach(chip, self.bus, self._signals())
        self.core.system.on_reset_request = self._request_reset
        self.halting = Halting(self.core)
        self._realtime = realtime
        self._reset_requested = False
        self._leaving_halt = False
        self._off = True
        self._power_loss = [self.core.debug_status.power_on_reset, self.core.monitor.power_on_reset]
        self._worker = Worker(self._turn, self.core.cpu.request_stop, self.core.cpu.clear_request)

    def start(self, *, halt: bool = False) -> None:
        """Power on: begin at the reset vector, or halted there."""
        self._worker.start()
        self.call(lambda: self._power(on=True, halt=halt))

    def close(self) -> None:
        """Stop for good; safe to call twice."""
        self._worker.close()

    def call(self, function: Callable[[], T]) -> T:
        """Run `function` while the core is between two instructions; returns what it returns."""
        return self._worker.call(function)

    @property
    def state(self) -> State:
        """State of the core."""
        if self._off:
            return State.OFF
        if self.halting.halted:
            return State.HALTED
        if self.core.lockup is not None:
            return State.LOCKUP
        return State.SLEEPING if self.core.sleep.asleep else State.RUNNING

    @property
    def powered(self) -> bool:
        """Whether it has its supply."""
        return not self._off

    @property
    def _stands_still(self) -> bool:
        return self._off or self.halting.halted or self.core.lockup is not None

    @property
    def cycles(self) -> int:
        """Core cycles executed since power-on, exact to the instruction."""
        return self.call(lambda: self.core.counter.cycles)

    @property
    def seconds(self) -> float:
        """Virtual time since power-on, s."""
        return self.call(lambda: self.core.clock.seconds)

    @property
    def supply(self) -> float:
        """Voltage that the board is fed with, V."""
        return self._activity.volts

    @property
    def joules(self) -> float:
        """Energy drawn since power-on, J, at the supply voltage of now."""
        return self.timeline.charge * self.supply

    def halt(self) -> None:
        """Stop executing."""
        self.call(lambda: self.halting.halt(HaltReason.REQUEST))

    def resume(self) -> None:
        """Execute on, past a breakpoint at the current instruction."""
        self.call(self._resume)

    def step(self) -> None:
        """Execute one instruction and halt."""
        self.call(self._step)

    def reset(self, *, halt: bool = False) -> None:
        """Reset the system, with `halt` halted before the first instruction; memory keeps its content."""
        self.call(lambda: self._reset(halt=halt))

    def power(self, *, on: bool) -> None:
        """Cut the supply, or bring it back: RAM is lost, flash is kept, the core starts from reset."""
        self.call(lambda: self._power(on=on))

    def wait_halted(self, timeout: float) -> bool:
        """Wait until the debugger's view is halted; False when `timeout` s passed first."""
        return self.halting.wait(timeout)

    def on_halt(self, callback: Callable[[HaltReason], None]) -> None:
        """Have `callback` called, in the machine's thread, whenever the core stops executing."""
        self.halting.listen(callback)

    def on_power_loss(self, callback: Callable[[], None]) -> None:
        """Have `callback` called, in the machine's thread, when the supply is cut."""
        self._power_loss.append(callback)

    def set_supply(self, volts: float) -> None:
        """Feed the board with `volts` V from now on."""
        self.call(lambda: self._activity.set_supply(volts))

    def read_memory(self, address: int, size: int) -> bytes:
        """`size` bytes from `address`, through the bus.

        Raises:
            BusFault: nothing answers there.
        """
        return self.call(lambda: self.bus.read(address, size))

    def write_memory(self, address: int, data: bytes) -> None:
        """Write through the bus: flash only as its controller allows.

        Raises:
            BusFault: nothing answers there, or it refuses.
        """
        self.call(lambda: self.bus.write(address, data))

    def read_register(self, index: int) -> int:
        """A core register by its DCRSR number."""
        return self.call(lambda: self.core.registers.read(index))

    def write_register(self, index: int, value: int) -> None:
        """Set a core register by its DCRSR number."""
        self.call(lambda: self.core.registers.write(index, value))

    def add_breakpoint(self, address: int) -> None:
        """Halt before the instruction at `address`."""
        self.call(lambda: self.core.cpu.add_breakpoint(address))

    def remove_breakpoint(self, address: int) -> None:
        """Undo `add_breakpoint`."""
        self.call(lambda: self.core.cpu.remove_breakpoint(address))

    def add_watchpoint(self, address: int, size: int, access: Access) -> None:
        """Halt soon after `access` touched any of `size` bytes at `address`."""
        self.call(lambda: self.halting.watchpoints.add(address, size, access))

    def remove_watchpoint(self, address: int, size: int, access: Access) -> None:
        """Undo `add_watchpoint`."""
        self.call(lambda: self.halting.watchpoints.remove(address, size, access))

    def _turn(self) -> float:
        """Let time pass; returns how long, in s, nothing will happen by itself."""
        if self._reset_requested:
            self._reset(halt=False)
        if self.state is not State.RUNNING:
            self._idle()
            return _NAP_SECONDS if self.core.sleep.asleep or self._stands_still else 0.0
        seconds = _SLICE_SECONDS if self._realtime else _LONG_SLICE_SECONDS
        cycles = max(1, int(seconds * self.core.clock.frequency))
        self._activity.begin_running()
        before = self.core.counter.cycles
        event = self.core.run(cycles, pass_breakpoint=self._leaving_halt)
        if self.core.counter.cycles != before:  # a request may have ended the run before it began
            self._leaving_halt = False
        self._activity.ran()
        self.halting.react(event)
        return 0.0

    def _idle(self) -> None:
        self._activity.idled(powered=not self._off)
        if self.state is not State.SLEEPING:
            return
        self.core.wake_if_pending()
        if self.core.sleep.asleep and not self._realtime and self.core.expiry is None:
            self.on_endless_sleep()

    def _resume(self) -> None:
        self.halting.release()
        self._leaving_halt = True

    def _step(self) -> None:
        self.halting.release()
        event = self.core.step()
        self._activity.ran()
        self.halting.react(event)
        self.halting.halt(HaltReason.STEP)

    def _request_reset(self) -> None:
        self._reset_requested = True
        self.core.cpu.request_stop()

    def _reset(self, *, halt: bool) -> None:
        self._reset_requested = False
        self.core.reset()
        self.halting.after_reset(halt=halt)

    def _power(self, *, on: bool, halt: bool = False) -> None:
        if on is not self._off:
            return
        self._off = not on
        if on:
            self._reset(halt=halt)
            return
        for block in self.bus.blocks:
            if block.writable:
                block.fill(block.base, block.size, 0)
        for forget in self._power_loss:
            forget()

    def _signals(self) -> Signals:
        return Signals(
            interrupt=lambda number, high: self.core.nvic.set_line(number, high=high),
            wake=lambda: self._worker.post(self.uart.update),
            core_clock=self._activity.set_clock,
            trigger=self._activity.set_trigger,
            flash=self._memory.set_flash,
            memory_divider=self._memory.set_divider,
            caches_at_reset=self._caches_at_reset,
            power_mode=self._activity.set_mode,
            flash_work=self._activity.work_flash,
            seconds=self.core.seconds_now,
            timer=self.core.timers.append,
        )
