"""Position of the core inside its basic block, found out when a register is accessed."""

from __future__ import annotations

from hilbench.virtual.core.counting import BlockCounter
from hilbench.virtual.core.layout import CYCLE_PARTS, CYCLES
from hilbench.virtual.core.registers import Registers


class Position:
    """Makes the counts of cycles and instructions exact during accesses to peripherals.

    An access may ask for one of them.
    """

    def __init__(self, registers: Registers, counter: BlockCounter) -> None:
        self._access: int | None = None
        self._cycles: int | None = None
        self._registers = registers
        self._counter = counter
        self._found: tuple[tuple[int, ...], int] = ((), 0)

    @property
    def access(self) -> int | None:
        """The address of the access in progress; None outside of one."""
        return self._access

    @access.setter
    def access(self, address: int | None) -> None:
        self._access = address
        self._cycles = None

    def cycles(self) -> int:
        """Executed whole cycles; in a register access, up to the instruction that makes it.

        That falls into the middle of a cycle then, so that two accesses tell what lies between them to the
        nearest cycle, whatever parts of one came before.
        """
        if self.access is None:
            return self._counter.cycles
        if self._cycles is None:
            self._cycles = self._find_cycles(self.access)
        return self._cycles

    def _find_cycles(self, target: int) -> int:
        pc = self._locate(target)
        whole, part = divmod(self._counter.parts - (0 if pc is None else self._counter.rest(pc)), CYCLE_PARTS)
        self._counter.table[CYCLES] += CYCLE_PARTS // 2 - part
        return whole

    def instructions(self) -> int:
        """Executed instructions, exact as `cycles` is."""
        counted = self._counter.instructions
        if self.access is None:
            return counted
        pc = self._locate(self.access)
        return counted if pc is None else counted - self._counter.instructions_from(pc)

    def instruction(self) -> int | None:
        """Address of the instruction that makes the access; None where it cannot be found."""
        return None if self.access is None else self._locate(self.access)

    def float_follows(self) -> bool:
        """Whether the block of the instruction that makes the access goes on to use floating point."""
        pc = self.instruction()
        block = self._counter.current_instructions()
        rest = (each for each in block if pc is not None and each.address > pc)
        return any(each.mnemonic.startswith("v") and not each.predicated for each in rest)

    def _locate(self, target: int) -> int | None:
        """The instruction of the current block that accesses `target`.

        Unicorn does not tell the program counter during an access, but the registers are up to
        date: it is the first instruction, after the one found last, whose address is `target`.
        """
        execution = self._counter.execution
        found_in, previous = self._found
        after = previous if found_in == execution else -1
        for instruction in self._counter.current_instructions():
            if instruction.base is None or instruction.address <= after:
                continue
            parts = instruction.address_reads if instruction.offset is None else {instruction.base}
            address = sum(self._registers.read(part) for part in parts) + (instruction.offset or 0)
            if address & 0xFFFF_FFFF == target:
                self._found = (execution, instruction.address)
                return instruction.address
        return None
