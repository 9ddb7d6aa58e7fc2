"""Stops before instructions that do what is forbidden, and tells of those that send an event."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from unicorn import Uc, unicorn_const

from hilbench.virtual.core import layout as at
from hilbench.virtual.core.counting import BlockCounter
from hilbench.virtual.core.registers import Registers
from hilbench.virtual.core.stop_reason import StopReason
from hilbench.virtual.core.traps import Traps
from hilbench.virtual.timing import Instruction


class InstructionHooks:
    """Owns a hook for each instruction that a trap concerns, and for each SEV.

    Args:
        engine: what executes them.
        counter: knows the code.
        registers: tell what an instruction is about to do.

    Attributes:
        on_event: called when the core executes SEV.
        trapped: how the run was ended; None while it was not.
    """

    def __init__(self, engine: Uc, counter: BlockCounter, registers: Registers) -> None:
        self.on_event: Callable[[], None] = lambda: None
        self.trapped: StopReason | None = None
        self._engine = engine
        self._counter = counter
        self._registers = registers
        self._traps = self._wanted = Traps()
        self._hooked: dict[int, tuple[int, Instruction]] = {}

    def set_traps(self, traps: Traps) -> None:
        """Stop, from the next run on, before instructions that do what `traps` forbids."""
        self._wanted = traps

    def begin(self) -> None:
        """Prepare for a run."""
        self.trapped = None
        if self._traps == self._wanted:
            return
        self._traps = self._wanted
        for handle, instruction in self._hooked.values():
            self._engine.hook_del(handle)
            self._engine.ctl_remove_cache(instruction.address, instruction.end)
        self._hooked.clear()
        self.watch(self._counter.known_instructions())

    def watch(self, instructions: Iterable[Instruction]) -> None:
        """Hook those of some instructions that have to be looked at."""
        for each in instructions:
            if each.address not in self._hooked and (self._traps.concern(each) or each.sends_event):
                handle = self._engine.hook_add(
                    unicorn_const.UC_HOOK_CODE, self._before, None, each.address, each.address
                )
                self._hooked[each.address] = handle, each
                self._engine.ctl_remove_cache(each.address, each.end)

    def _before(self, engine: Uc, address: int, size: int, data: object) -> None:
        if self._counter.table[at.STOPPED]:
            return  # the block does not begin this time
        _, instruction = self._hooked[address]
        if instruction.sends_event:
            self.on_event()
        self.trapped = self._traps.check(instruction, self._registers)
        if self.trapped is not None:
            engine.emu_stop()
