"""Instructions to core cycles: the interface of a core's timing model, and a plain one for the M7.

The rules are those of design note "timing": pipeline measurements of the Cortex-M7 published at
github.com/jnk0le/random and LLVM's ARMScheduleM7.td. Caches and TCM are taken to hit, branches to
be predicted; latencies do not reach across the end of a basic block.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hilbench.virtual.decode import Instruction, InstructionClass

_K = InstructionClass


class CoreModel(Protocol):
    """What a basic block costs on a core."""

    def block_cost(self, instructions: Sequence[Instruction], *, entered_taken: bool) -> int:
        """Core cycles from the issue of the first instruction to that of the next block's.

        Args:
            instructions: the whole block, in order.
            entered_taken: a taken branch led here, not the block just before.
        """


class CortexM7Model:
    """In-order dual issue with result latencies, one basic block at a time.

    Two neighbours issue together when neither waits for the other, at most one is a memory
    access, a multiplication, a shifted-operand, a SIMD or a floating-point operation, and none
    must issue alone (multiple transfers, divisions, system instructions).
    """

    taken_branch = 1
    """Cycles to redirect the fetch to a predicted target."""

    latency = {  # noqa: RUF012  # a table of the model, never written
        _K.LOAD: 2,
        _K.LOAD_MULTIPLE: 2,
        _K.MULTIPLY: 2,
        _K.DIVIDE: 7,
        _K.FLOAT: 3,
        _K.FLOAT_MULTIPLY: 3,
        _K.FLOAT_DIVIDE: 16,
    }
    """Cycles from issue until a result can be used; 1 where not named."""

    _alone = frozenset({_K.LOAD_MULTIPLE, _K.STORE_MULTIPLE, _K.DIVIDE, _K.FLOAT_DIVIDE, _K.SYSTEM})
    _units = (
        frozenset({_K.LOAD}),
        frozenset({_K.STORE}),
        frozenset({_K.MULTIPLY}),
        frozenset({_K.SHIFT}),
        frozenset({_K.SIMD}),
        frozenset({_K.FLOAT, _K.FLOAT_MULTIPLY}),
        frozenset({_K.BRANCH}),
        frozenset({_K.MULTIPLY, _K.STORE}),
    )

    def block_cost(self, instructions: Sequence[Instruction], *, entered_taken: bool) -> int:
        """Cycles by a scoreboard that issues in order, up to two a cycle."""
        ready: dict[int, int] = {}
        cycle = -1
        pair: Instruction | None = None
        for instruction in instructions:
            operands = max((ready.get(register, 0) for register in instruction.reads), default=0)
            if pair is not None and operands <= cycle and self._may_pair(pair, instruction):
                pair = None
            else:
                cycle = max(cycle + 1, operands)
                pair = None if instruction.kind in self._alone else instruction
            cycle += _occupancy(instruction) - 1
            done = cycle + self.latency.get(instruction.kind, 1)
            ready.update(dict.fromkeys(instruction.writes, done))
        return cycle + 1 + (self.taken_branch if entered_taken else 0)

    def _may_pair(self, older: Instruction, younger: Instruction) -> bool:
        if younger.kind in self._alone:
            return False
        kinds = {older.kind, younger.kind}
        clash = any(kinds <= unit for unit in self._units)
        return not clash and not older.writes & younger.writes


def _occupancy(instruction: Instruction) -> int:
    if instruction.kind in (_K.LOAD_MULTIPLE, _K.STORE_MULTIPLE):
        return max(1, (instruction.transfers + 1) // 2)
    return 1
