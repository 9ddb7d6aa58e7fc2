"""The core: Unicorn over the bus, one run at a time, each ending in a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from unicorn import Uc, UcError, unicorn_const

from hilbench.virtual.bus import Bus
from hilbench.virtual.core import layout as at
from hilbench.virtual.core.bus_accesses import BusAccesses
from hilbench.virtual.core.counting import BlockCounter
from hilbench.virtual.core.divisions import Divisions
from hilbench.virtual.core.engine import add_block_hook, create_engine, map_bus, map_system_page
from hilbench.virtual.core.engine_state import EngineState
from hilbench.virtual.core.exits import Exits
from hilbench.virtual.core.instruction_hooks import InstructionHooks
from hilbench.virtual.core.pages import Pages
from hilbench.virtual.core.position import Position
from hilbench.virtual.core.registers import Registers
from hilbench.virtual.core.stop_reason import Stop, StopReason
from hilbench.virtual.core.system_page import SYSTEM_ADDRESSES, SystemPage
from hilbench.virtual.core.traps import Traps

_NOWHERE = 0xFFFF_FFFE
"""An address the core never gets to, so that only a reason of ours ends a run."""
_HINTS = {"wfi": StopReason.SLEEP, "wfe": StopReason.WAIT_FOR_EVENT, "yield": StopReason.ASKED}
"""Reasons for which a run ends behind a hint, by mnemonic."""
_WIDE = 0b11101 << 3
"""The least high byte of a 32-bit instruction's first halfword."""
_STEPPED = (StopReason.ASKED, StopReason.BREAKPOINT, StopReason.SLEEP, StopReason.WAIT_FOR_EVENT)
_FETCH_ERRORS = (unicorn_const.UC_ERR_FETCH_UNMAPPED, unicorn_const.UC_ERR_FETCH_PROT)
_RETURNS = 0xFF00_0000
"""First address of exception returns: in a handler, a jump there or above is one; no code can lie there."""
_INTERRUPTS = {
    1: StopReason.UNDEFINED,
    2: StopReason.SUPERVISOR_CALL,
    3: StopReason.EXECUTE_NEVER,
    4: StopReason.UNALIGNED,
    7: StopReason.BREAKPOINT_INSTRUCTION,
    8: StopReason.EXECUTE_NEVER,  # an exception return outside of handlers
    17: StopReason.NO_COPROCESSOR,
    18: StopReason.WRONG_STATE,
    19: StopReason.STACK_OVERFLOW,
    22: StopReason.UNALIGNED,
}
"""Unicorn's (QEMU's) exception numbers."""


class _Translation(Protocol):
    """A block that Unicorn has just translated, as it reports one."""

    pc: int


class Cpu:
    """Executes instructions until something other than an instruction has to be done.

    Attributes:
        registers: the core registers.
        position: where it stands, exactly.
        pages: what may be done with those of memory.
        state: what the registers leave out.
        accesses: what it does outside of RAM.
    """

    def __init__(self, core: str, bus: Bus, counter: BlockCounter) -> None:
        self._bus = bus
        self._counter = counter
        self._engine = create_engine(core)
        self.registers = Registers(self._engine)
        self.position = Position(self.registers, counter)
        self.state = EngineState(self._engine)
        self._interrupt: int | None = None
        self._dirty: list[tuple[int, int]] = []
        self._running = False
        self.accesses = accesses = BusAccesses(self._engine, bus, self.position)
        self._system_page = SystemPage(accesses.read_register, accesses.write_register)
        elsewhere = SYSTEM_ADDRESSES if counter.caches.maintained else range(0)
        map_bus(self._engine, bus, accesses.read, accesses.write, left_out=elsewhere)
        if elsewhere:
            map_system_page(self._engine, counter.table, self._system_page)
        for block in bus.blocks:
            block.watch(self.changed)
        self._hook()
        self.pages = Pages(self._engine, bus, counter.table, accesses.refused)
        self._exits = Exits(self._engine)
        self._divisions = Divisions(self._engine, counter)
        self._instruction_hooks = InstructionHooks(self._engine, counter, self.registers)

    def run(self, deadline: int | None, *, pass_breakpoint: bool = False) -> Stop:
        """Execute until there is a reason to stop; at `deadline` cycles at the latest.

        Args:
            deadline: in cycles since power-on.
            pass_breakpoint: execute the first instruction even if it has a breakpoint.
        """
        if pass_breakpoint and self.registers.pc in self._exits:
            stop = self._execute_one()
            if stop.reason is not StopReason.STEP:
                return stop
        return self._execute(deadline)

    def step(self) -> Stop:
        """Execute one instruction, breakpoint or not."""
        self.clear_request()
        stop = self._execute_one()
        return Stop(StopReason.STEP) if stop.reason in _STEPPED else stop

    def request_stop(self) -> None:
        """Have the run end before its next block; from any thread."""
        self._counter.table[at.STOP] = 1

    def clear_request(self) -> None:
        """Let the core run again."""
        self._counter.table[at.STOP] = 0

    def add_breakpoint(self, address: int) -> None:
        """Stop before the instruction at `address`."""
        self._exits.add(address)

    def remove_breakpoint(self, address: int) -> None:
        """Undo `add_breakpoint`; nothing if there is none."""
        self._exits.remove(address)

    def on_event(self, callback: Callable[[], None]) -> None:
        """Have `callback` called when the core executes SEV."""
        self._instruction_hooks.on_event = callback

    def set_traps(self, traps: Traps) -> None:
        """Stop, from the next block on, before instructions that do what `traps` forbids."""
        self._instruction_hooks.set_traps(traps)
        self.request_stop()

    def changed(self, address: int, size: int) -> None:
        """Drop what was translated or costed in memory that was changed from outside."""
        if not self._counter.invalidate(address, size):
            return
        if self._running:
            self._dirty.append((address, size))
            self.request_stop()
        else:
            self._engine.ctl_remove_cache(address, address + size)

    def _execute_one(self) -> Stop:
        """Execute the next instruction, breakpoint or not; a run that is over behind it is a step."""
        pc = self.registers.pc
        with self._exits.single_step(pc, pc + self._size(pc)):
            stop = self._execute(None, count=1)
        return Stop(StopReason.STEP) if stop.reason is StopReason.BREAKPOINT else stop

    def _execute(self, deadline: int | None, count: int = 0) -> Stop:
        while True:
            stop = self._start(deadline, count)
            if stop.reason is not StopReason.ASKED or not self._learn():
                return stop

    def _size(self, pc: int) -> int:
        """Bytes of the instruction at `pc`, by its first halfword (ARMv7-M ARM, A5.1)."""
        memory = self._bus.block_at(pc)
        wide = memory is not None and memory.data[pc - memory.base + 1] >= _WIDE
        return 4 if wide else 2

    def _learn(self) -> bool:
        """Have the block costed at which the counter stopped; False when it stopped for another reason."""
        learned = self._counter.cost_block(self.registers.read)
        if learned is None:
            return False
        self._instruction_hooks.watch(learned)
        self._divisions.watch(learned)
        return True

    def _start(self, deadline: int | None, count: int) -> Stop:
        self._interrupt = self.accesses.fault = None
        self._instruction_hooks.begin()
        pc = self.registers.pc
        self._counter.check(pc)
        self._counter.begin(deadline)
        error = 0
        self._running = True
        try:
            self._engine.emu_start(pc | self.registers.thumb, _NOWHERE, count=count)
        except UcError as failure:
            error = failure.errno
        finally:
            self._running = False
            self.accesses.put_back()
            self._drop_dirty()
        if self._system_page.failure is not None:
            raise self._system_page.failure
        return self._stop_of(error)

    def _stop_of(self, error: int) -> Stop:
        if self._counter.table[at.STOPPED]:
            return Stop(StopReason.ASKED)
        pc = self.registers.pc
        self._cut(pc)
        if pc >= _RETURNS and self._counter.current_instructions() and self.registers.exception:
            return Stop(StopReason.EXCEPTION_RETURN, pc)
        if self._instruction_hooks.trapped is not None:
            return Stop(self._instruction_hooks.trapped, pc)
        if self.accesses.fault is not None:
            return Stop(
                StopReason.FETCH_FAULT if error in _FETCH_ERRORS else StopReason.DATA_FAULT,
                self.accesses.fault,
            )
        if error == unicorn_const.UC_ERR_EXCEPTION:  # `fill_page` lets nothing be fetched there
            return Stop(StopReason.EXECUTE_NEVER, pc)
        if self._interrupt is not None:
            return Stop(_INTERRUPTS.get(self._interrupt, StopReason.UNDEFINED), pc)
        if not self.registers.thumb:
            return Stop(StopReason.WRONG_STATE)
        return Stop(self._hint_before(pc) or (StopReason.UNDEFINED if error else StopReason.BREAKPOINT))

    def _cut(self, pc: int) -> None:
        """The current block ended before the instruction at `pc`."""
        self._divisions.undo(pc)
        self._counter.truncate(pc)

    def _hint_before(self, pc: int) -> StopReason | None:
        """Reason to stop behind the hint that this run has just executed; None where it was no hint."""
        block = self._counter.current_instructions()
        if not block or block[-1].end != pc:
            return None
        return next((stop for name, stop in _HINTS.items() if block[-1].mnemonic.startswith(name)), None)

    def _hook(self) -> None:
        add = self._engine.hook_add
        add(unicorn_const.UC_HOOK_INTR, self._on_interrupt)
        add(unicorn_const.UC_HOOK_EDGE_GENERATED, self._on_translation)
        add_block_hook(self._engine, self._counter.table)

    def _on_interrupt(self, engine: Uc, number: int, data: object) -> None:
        self._interrupt = number
        engine.emu_stop()

    def _on_translation(self, engine: Uc, now: _Translation, before: object, data: object) -> None:
        self._counter.check(now.pc)

    def _drop_dirty(self) -> None:
        for address, size in self._dirty:
            self._engine.ctl_remove_cache(address, address + size)
        self._dirty.clear()
