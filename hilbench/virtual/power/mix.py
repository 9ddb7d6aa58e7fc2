"""Current of a core by what it executes: a weight relative to the program that its figures are of.

No table of energy by instruction of a Cortex-M is published that could be cited. What data sheets do
tell is what a chip draws in CoreMark, in an empty loop and with its caches off: how much of the
current above sleep goes with the flow of instructions. benchmarks/code_currents.py shows it.
"""

from __future__ import annotations

import numpy as np

from hilbench.virtual.timing import Operation

_SWITCHED = {
    Operation.MULTIPLY: 1.3,
    Operation.MULTIPLY_ADD: 1.3,
    Operation.LONG_MULTIPLY: 1.5,
    Operation.LONG_MULTIPLY_ADD: 1.5,
    Operation.PARALLEL: 1.1,
    Operation.DIVIDE: 2.0,
    Operation.LOAD: 1.2,
    Operation.STORE: 1.2,
    Operation.LOAD_MULTIPLE: 2.4,
    Operation.STORE_MULTIPLE: 2.4,
    Operation.FLOAT_MULTIPLY: 1.3,
    Operation.FLOAT_MULTIPLY_ADD: 1.5,
    Operation.FLOAT_FUSED: 1.5,
    Operation.FLOAT_DIVIDE: 3.0,
    Operation.FLOAT_ROOT: 3.0,
    Operation.NOP: 0.3,
    Operation.IT: 0.3,
    Operation.BARRIER: 0.3,
    Operation.SYSTEM: 0.5,
}
"""Switching of an instruction relative to an addition, over all of its cycles; guesses, of moderate size."""
WEIGHTS = np.array([_SWITCHED.get(operation, 1.0) for operation in Operation])
"""Weight of an instruction of each class, from `_SWITCHED`; shape (len(Operation),)."""
SHARE = 0.6
"""Share of the current above sleep that goes with the flow; clocks and memories draw the rest.

The mean of the chips in benchmarks/code_currents.yaml, whatever their core: two of one core differ as
much as cores do.
"""
_TYPICAL = {
    "cortex-m0+": 0.80,
    "cortex-m3": 0.72,
    "cortex-m4": 0.78,
    "cortex-m33": 0.89,
    "cortex-m7": 1.22,
}
"""Flow of benchmarks/core_mix.c, a program like CoreMark, by benchmarks/instruction_flow.py."""


class InstructionMix:
    """Weighs what a core executes.

    Args:
        core: its name in a chip's description.

    Attributes:
        typical: flow of the program that a chip's figures are of.
    """

    def __init__(self, core: str) -> None:
        self.typical = _TYPICAL[core]

    def weight(self, flow: float) -> float:
        """Weight of the current above sleep, relative to that of a typical program.

        Args:
            flow: instructions a cycle, each by its weight in `WEIGHTS`.
        """
        return 1 + SHARE * (flow / self.typical - 1)
