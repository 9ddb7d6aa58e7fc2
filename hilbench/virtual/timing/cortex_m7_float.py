"""The floating-point unit of the Cortex-M7.

Source: the latency tables at github.com/jnk0le/random, "cortex m7", fpu.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hilbench.virtual.timing.instruction import FIRST_FLOAT, Instruction, Operation
from hilbench.virtual.timing.pipeline import Cause, Constraint

_O = Operation


@dataclass(frozen=True, slots=True)
class _Latency:
    """Cycles from issue until another instruction can take the result so."""

    operand: int
    accumulator: int
    stored: int


_LATENCIES = {
    _O.FLOAT_ADD: _Latency(3, 3, 1),
    _O.FLOAT_MULTIPLY: _Latency(3, 3, 1),
    _O.FLOAT_FUSED: _Latency(5, 3, 3),
    _O.FLOAT_MULTIPLY_ADD: _Latency(6, 3, 4),
    _O.FLOAT_MOVE: _Latency(3, 3, 1),
    _O.FLOAT_DIVIDE: _Latency(16, 16, 16),
    _O.FLOAT_ROOT: _Latency(14, 14, 14),
    _O.LOAD: _Latency(1, 3, 1),
}
_CYCLES = {_O.FLOAT_DIVIDE: 16, _O.FLOAT_ROOT: 14}
_DOUBLE_CYCLES = {
    _O.FLOAT_ADD: 2,
    _O.FLOAT_MULTIPLY: 5,
    _O.FLOAT_FUSED: 8,
    _O.FLOAT_MULTIPLY_ADD: 8,
    _O.FLOAT_DIVIDE: 30,
    _O.FLOAT_ROOT: 30,
}
"""Operands of different exponents, the usual case."""
_MACS = (_O.FLOAT_FUSED, _O.FLOAT_MULTIPLY_ADD)
_NOT_BEHIND_MAC = (_O.FLOAT_ADD, _O.LOAD_MULTIPLE, _O.STORE_MULTIPLE)
_MAC_SHADOW = 4


class CortexM7Float:
    """Times at which floating-point registers can be read, and for which a multiply-add keeps others out."""

    def __init__(self) -> None:
        self._ready: dict[int, tuple[int, _Latency]] = {}
        self._behind_mac = 0

    def cycles(self, instruction: Instruction) -> int | None:
        """Cycles for which it keeps the pipeline; None for an integer instruction."""
        if not instruction.operation.startswith("float"):
            return None
        table = _DOUBLE_CYCLES if instruction.is_double else _CYCLES
        return table.get(instruction.operation, 1)

    def constraints(self, instruction: Instruction) -> Iterator[Constraint]:
        """Operands, by their use, and the shadow of a multiply-add."""
        for register in instruction.reads:
            if register in self._ready:
                issued, latency = self._ready[register]
                yield Constraint(issued + self._distance(instruction, register, latency), Cause.RESULT)
        if instruction.is_float and instruction.operation in _NOT_BEHIND_MAC:
            yield Constraint(self._behind_mac, Cause.FLOAT_UNIT)

    @staticmethod
    def _distance(instruction: Instruction, register: int, latency: _Latency) -> int:
        if instruction.operation in (_O.STORE, _O.STORE_MULTIPLE):
            return latency.stored
        return latency.accumulator if register in instruction.accumulator_reads else latency.operand

    def retire(self, instruction: Instruction, cycle: int) -> None:
        """Note when its floating-point results can be used."""
        latency = _LATENCIES.get(instruction.operation, _LATENCIES[_O.LOAD])
        issued = cycle + (self.cycles(instruction) or 1) - 1 if instruction.is_double else cycle
        if instruction.operation is _O.LOAD_MULTIPLE:
            issued = cycle + (instruction.transfers + 1) // 2 - 1
        for register in instruction.writes:
            if register >= FIRST_FLOAT:
                self._ready[register] = (issued, latency)
        if instruction.operation in _MACS and not instruction.is_double:
            self._behind_mac = cycle + _MAC_SHADOW
