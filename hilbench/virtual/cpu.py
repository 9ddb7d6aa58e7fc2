"""The core: Unicorn over the bus, one run at a time, each ending in a reason."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import unicorn
from unicorn import arm_const, unicorn_const

from hilbench.virtual import native
from hilbench.virtual.bus import PAGE, Bus, BusFault
from hilbench.virtual.counting import BlockCounter
from hilbench.virtual.registers import Registers

_MODELS = {
    "cortex-m3": arm_const.UC_CPU_ARM_CORTEX_M3,
    "cortex-m4": arm_const.UC_CPU_ARM_CORTEX_M4,
    "cortex-m7": arm_const.UC_CPU_ARM_CORTEX_M7,
}
_LONGEST_INSTRUCTION = 4
_NOWHERE = 0xFFFF_FFFE
"""An address the core never gets to, so that only a reason of ours ends a run."""
_HINTS = (b"\x20\xbf", b"\x10\xbf")
"""WFE and YIELD, which Unicorn ends a run at as if they were undefined."""


class Stop(StrEnum):
    """Why a run ended."""

    ASKED = "asked"
    """By the deadline, by a request, or where a mask may have been lifted."""
    BREAKPOINT = "breakpoint"
    """Before an instruction that has a breakpoint."""
    STEP = "step"
    SLEEP = "sleep"
    """At a WFI, past it."""
    SUPERVISOR_CALL = "supervisor_call"
    BREAKPOINT_INSTRUCTION = "breakpoint_instruction"
    EXCEPTION_RETURN = "exception_return"
    UNDEFINED = "undefined"
    WRONG_STATE = "wrong_state"
    """Not in Thumb state."""
    DATA_FAULT = "data_fault"
    FETCH_FAULT = "fetch_fault"


_FETCH_ERRORS = (unicorn_const.UC_ERR_FETCH_UNMAPPED, unicorn_const.UC_ERR_FETCH_PROT)


@dataclass(frozen=True)
class Ending:
    """How a run ended; `address` is where a fault or an exception return pointed."""

    stop: Stop
    address: int = 0


_INTERRUPTS = {
    1: Stop.UNDEFINED,
    2: Stop.SUPERVISOR_CALL,
    7: Stop.BREAKPOINT_INSTRUCTION,
    8: Stop.EXCEPTION_RETURN,
    18: Stop.WRONG_STATE,
}
"""Unicorn's (QEMU's) exception numbers."""


class Cpu:
    """Executes instructions until something other than an instruction has to be done.

    Attributes:
        registers: the core registers.
        on_guarded_access: called with (Unicorn's access type, address, size) in guarded pages.
    """

    def __init__(self, core: str, bus: Bus, counter: BlockCounter) -> None:
        self._bus = bus
        self._counter = counter
        self._engine = unicorn.Uc(
            unicorn_const.UC_ARCH_ARM, unicorn_const.UC_MODE_THUMB | unicorn_const.UC_MODE_MCLASS
        )
        self._engine.ctl_set_cpu_model(_MODELS[core])
        self.registers = Registers(self._engine)
        self.on_guarded_access: Callable[[int, int, int], None] = lambda *_: None
        self._interrupt: int | None = None
        self._fault: int | None = None
        self._breakpoints: dict[int, int] = {}
        self._skip: int | None = None
        self._hit = False
        self._dirty: list[tuple[int, int]] = []
        self._running = False
        self._access: int | None = None
        self._located = (0, 0)
        self._map()
        self._hook()

    def run(self, deadline: int | None, *, pass_breakpoint: bool = False) -> Ending:
        """Execute until there is a reason to stop; at `deadline` cycles at the latest.

        Args:
            deadline: in cycles since power-on.
            pass_breakpoint: execute the first instruction even if it has a breakpoint.
        """
        self._skip = self.registers.pc if pass_breakpoint else None
        while True:
            ending = self._start(deadline)
            if not (ending.stop is Stop.ASKED and self._counter.learn()):
                return ending

    def step(self) -> Ending:
        """Execute one instruction, breakpoint or not."""
        pc = self.registers.pc
        self._skip = pc
        self.clear_request()
        while True:
            # Unicorn counts instructions only in code that it translates for the purpose.
            self._engine.ctl_remove_cache(pc, pc + _LONGEST_INSTRUCTION)
            ending = self._start(None, count=1)
            self._engine.ctl_remove_cache(pc, pc + _LONGEST_INSTRUCTION)
            if ending.stop is Stop.ASKED and self._counter.learn():
                continue
            self._counter.cut(self.registers.pc)
            return Ending(Stop.STEP) if ending.stop in (Stop.ASKED, Stop.SLEEP) else ending

    def request_stop(self) -> None:
        """Have the run end before its next block; from any thread."""
        self._counter.table[native.STOP] = 1

    def clear_request(self) -> None:
        """Let the core run again."""
        self._counter.table[native.STOP] = 0

    def add_breakpoint(self, address: int) -> None:
        """Stop before the instruction at `address`."""
        if address in self._breakpoints:
            return
        self._breakpoints[address] = self._engine.hook_add(
            unicorn_const.UC_HOOK_CODE, self._at_breakpoint, None, address, address
        )
        self._engine.ctl_remove_cache(address, address + 2)

    def remove_breakpoint(self, address: int) -> None:
        """Undo `add_breakpoint`; nothing if there is none."""
        handle = self._breakpoints.pop(address, None)
        if handle is not None:
            self._engine.hook_del(handle)
            self._engine.ctl_remove_cache(address, address + 2)

    def guard(self, page: int, *, reads: bool, writes: bool) -> None:
        """Report accesses to the page at `page`, which lies in memory, or stop doing so."""
        block = self._bus.block_at(page)
        if block is None:
            return
        rights = unicorn_const.UC_PROT_EXEC
        rights |= 0 if reads else unicorn_const.UC_PROT_READ
        rights |= unicorn_const.UC_PROT_WRITE if block.writable and not writes else 0
        self._engine.mem_protect(page, PAGE, rights)

    def changed(self, address: int, size: int) -> None:
        """Memory was changed from outside: drop what was translated or costed there."""
        if not self._counter.invalidate(address, size):
            return
        if self._running:
            self._dirty.append((address, size))
            self.request_stop()
        else:
            self._engine.ctl_remove_cache(address, address + size)

    def cycles_now(self) -> int:
        """Executed cycles; in a register access, up to the instruction that makes it."""
        counted = self._counter.cycles
        if self._access is None:
            return counted
        pc = self._locate(self._access, counted)
        return counted if pc is None else counted - self._counter.cost_of_rest(pc)

    def _locate(self, target: int, counted: int) -> int | None:
        """The instruction of the current block that accesses `target`.

        Unicorn does not tell the program counter during an access, but the registers are up to
        date: it is the first instruction, after the one found last, whose address is `target`.
        """
        block, previous = self._located
        after = previous if block == counted else -1
        for instruction in self._counter.current_instructions():
            if instruction.base is None or instruction.address <= after:
                continue
            parts = instruction.address_reads if instruction.offset is None else {instruction.base}
            address = sum(self.registers.read(part) for part in parts) + (instruction.offset or 0)
            if address & 0xFFFF_FFFF == target:
                self._located = (counted, instruction.address)
                return instruction.address
        return None

    def _start(self, deadline: int | None, count: int = 0) -> Ending:
        self._interrupt = self._fault = None
        self._hit = False
        pc = self.registers.pc
        self._counter.check(pc)
        self._counter.begin(deadline)
        error = 0
        self._running = True
        try:
            self._engine.emu_start(pc | self.registers.thumb, _NOWHERE, count=count)
        except unicorn.UcError as failure:
            error = failure.errno
        finally:
            self._running = False
            self._drop_dirty()
        return self._ending(error)

    def _ending(self, error: int) -> Ending:
        if self._counter.table[native.STOPPED]:
            return Ending(Stop.ASKED)
        pc = self.registers.pc
        self._counter.cut(pc)
        if self._hit:
            return Ending(Stop.BREAKPOINT)
        if self._fault is not None:
            return Ending(Stop.FETCH_FAULT if error in _FETCH_ERRORS else Stop.DATA_FAULT, self._fault)
        if self._interrupt is not None:
            return Ending(_INTERRUPTS.get(self._interrupt, Stop.UNDEFINED), pc)
        if not error:
            return Ending(Stop.SLEEP)
        if not self.registers.thumb:
            return Ending(Stop.WRONG_STATE)
        after_hint = self._counter.table[native.LAST_END] == pc and self._bus.read(pc - 2, 2) in _HINTS
        return Ending(Stop.ASKED if after_hint else Stop.UNDEFINED)

    def _map(self) -> None:
        for block in self._bus.blocks:
            rights = unicorn_const.UC_PROT_READ | unicorn_const.UC_PROT_EXEC
            if block.writable:
                rights |= unicorn_const.UC_PROT_WRITE
            size = (block.size + PAGE - 1) // PAGE * PAGE
            self._engine.mem_map_ptr(block.base, size, rights, block.data.ctypes.data)
            block.watch(self.changed)
        for window in self._bus.windows:
            self._engine.mmio_map(
                window.start,
                len(window),
                self._read_register,
                window.start,
                self._write_register,
                window.start,
            )

    def _hook(self) -> None:
        add = self._engine.hook_add
        add(unicorn_const.UC_HOOK_INTR, self._on_interrupt)
        add(unicorn_const.UC_HOOK_MEM_UNMAPPED | unicorn_const.UC_HOOK_MEM_PROT, self._on_refused)
        add(unicorn_const.UC_HOOK_EDGE_GENERATED, self._on_translation)
        # The Python binding takes Python callbacks only; this one is native code.
        library = ctypes.CDLL(str(native.LIBRARY))
        handle = ctypes.c_size_t()
        status = library.uc_hook_add(
            self._engine._uch,
            ctypes.byref(handle),
            ctypes.c_int(unicorn_const.UC_HOOK_BLOCK),
            ctypes.c_void_p(native.count_block.address),
            ctypes.c_void_p(self._counter.table.ctypes.data),
            ctypes.c_uint64(1),
            ctypes.c_uint64(0),
        )
        if status != unicorn_const.UC_ERR_OK:
            raise unicorn.UcError(status)

    def _read_register(self, engine: unicorn.Uc, offset: int, size: int, base: int) -> int:
        self._access = base + offset
        try:
            return self._bus.read_register(base + offset, size)
        except BusFault as fault:
            self._refuse(fault.address)
            return 0
        finally:
            self._access = None

    def _write_register(self, engine: unicorn.Uc, offset: int, size: int, value: int, base: int) -> None:
        self._access = base + offset
        try:
            self._bus.write_register(base + offset, size, value)
        except BusFault as fault:
            self._refuse(fault.address)
        finally:
            self._access = None

    def _refuse(self, address: int) -> None:
        self._fault = address
        self._engine.emu_stop()

    def _on_interrupt(self, engine: unicorn.Uc, number: int, data: object) -> None:
        self._interrupt = number
        engine.emu_stop()

    def _on_refused(
        self, engine: unicorn.Uc, access: int, address: int, size: int, value: int, data: object
    ) -> bool:
        block = self._bus.block_at(address)
        if block is None or access == unicorn_const.UC_MEM_FETCH_PROT:
            self._fault = address
            return False
        self.on_guarded_access(access, address, size)
        if access == unicorn_const.UC_MEM_WRITE_PROT:
            try:
                block.write(address, (value & (1 << 8 * size) - 1).to_bytes(size, "little"))
            except BusFault:
                self._fault = address
                return False
        return True

    def _on_translation(self, engine: unicorn.Uc, now: object, before: object, data: object) -> None:
        self._counter.check(now.pc)

    def _at_breakpoint(self, engine: unicorn.Uc, address: int, size: int, data: object) -> None:
        skip, self._skip = self._skip, None
        if address != skip:
            self._hit = True
            engine.emu_stop()

    def _drop_dirty(self) -> None:
        for address, size in self._dirty:
            self._engine.ctl_remove_cache(address, address + size)
        self._dirty.clear()
