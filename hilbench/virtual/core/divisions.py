"""Has each division of the known code corrected by its operands, as it executes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from unicorn import Uc

from hilbench.virtual.core import layout as at
from hilbench.virtual.core.counting import BlockCounter
from hilbench.virtual.core.engine import add_division_hook, remove_native_hook
from hilbench.virtual.core.registers import UNICORN
from hilbench.virtual.timing import Instruction

_WORD = np.dtype(np.int64).itemsize


@dataclass(frozen=True)
class _Hooked:
    handle: int
    instruction: Instruction
    state: NDArray[np.int64]
    """Array that the hook works on; it has to stay where it is while the hook does."""


class Divisions:
    """Owns a native hook for each division; those inside IT blocks keep their expected cost.

    Args:
        engine: what executes them.
        counter: counts what is expected of them.
    """

    def __init__(self, engine: Uc, counter: BlockCounter) -> None:
        self._engine = engine
        self._counter = counter
        self._hooked: dict[int, _Hooked] = {}

    def watch(self, block: Sequence[Instruction]) -> None:
        """Correct the divisions of a block that was just costed, and no others where it lies."""
        if not block:
            return
        wanted = {each.address: each for each in block if each.divisor is not None and not each.predicated}
        there = range(block[0].address, block[-1].end)
        for address in [address for address in self._hooked if address in there]:
            if wanted.get(address) != self._hooked[address].instruction:
                remove_native_hook(self._engine, self._hooked.pop(address).handle)
                self._engine.ctl_remove_cache(address, address + 2)
        for instruction in wanted.values():
            if instruction.address not in self._hooked:
                self._hook(instruction)

    def undo(self, address: int) -> None:
        """Take back what the hook at `address` may have added; the core stopped just before it."""
        hooked = self._hooked.get(address)
        table = self._counter.table
        inside = table[at.LAST_START] >= 0
        if hooked is None or not inside or hooked.state[at.ADDED_AT] != table[at.CYCLES]:
            return
        self._counter.take_back(int(hooked.state[at.ADDED]))
        hooked.state[at.ADDED_AT] = -1

    def _hook(self, instruction: Instruction) -> None:
        dividend, divisor = instruction.dividend, instruction.divisor
        if dividend is None or divisor is None:
            raise ValueError(f"'{instruction.text}' divides nothing")
        state = np.zeros(at.DIVISION, np.int64)
        first = int(state.ctypes.data)
        state[at.TABLE] = self._counter.table.ctypes.data
        state[at.CORRECTIONS] = self._counter.division_corrections.ctypes.data
        state[at.SIGNED] = instruction.mnemonic == "sdiv"
        state[at.DIVIDEND], state[at.DIVISOR] = UNICORN[dividend], UNICORN[divisor]
        state[at.DIVIDEND_PLACE] = first + _WORD * at.DIVIDEND_VALUE
        state[at.DIVISOR_PLACE] = first + _WORD * at.DIVISOR_VALUE
        state[at.ADDED_AT] = -1
        handle = add_division_hook(self._engine, state, instruction.address)
        self._hooked[instruction.address] = _Hooked(handle, instruction, state)
        self._engine.ctl_remove_cache(instruction.address, instruction.end)
