"""What a core draws by what it executes: a weight beside the program that its figures are of.

No table of energy by instruction of a Cortex-M is published that could be cited. What is: that on
one board, by one submitter, MLPerf Tiny's convolutions draw up to 12 % more than its fully
connected network, which waits more and multiplies less. The model has one parameter a core, chosen
by that: the share of the current above sleep that goes with the flow of instructions.
"""

from __future__ import annotations

from dataclasses import dataclass

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
"""What an instruction switches beside an addition, over all of its cycles; guesses, of moderate size."""
WEIGHTS = np.array([_SWITCHED.get(operation, 1.0) for operation in Operation])
"""Shape (len(Operation),): the same of every class."""


@dataclass(frozen=True)
class _Core:
    """One core.

    Attributes:
        share: of the current above sleep, what goes with the flow; clocks and memories draw the rest.
        typical: flow of benchmarks/core_mix.c, a program like CoreMark, by benchmarks/instruction_flow.py.
    """

    share: float
    typical: float


_CORES = {
    "cortex-m0+": _Core(share=0.4, typical=0.80),
    "cortex-m3": _Core(share=0.4, typical=0.72),
    "cortex-m4": _Core(share=0.4, typical=0.78),
    "cortex-m33": _Core(share=0.3, typical=0.89),
    "cortex-m7": _Core(share=0.25, typical=1.15),
}


class InstructionMix:
    """Weighs what a core executes.

    Args:
        core: its name in a chip's description.
    """

    def __init__(self, core: str) -> None:
        self._core = _CORES[core]

    def weight(self, flow: float) -> float:
        """Of the current above sleep, over that of a typical program.

        Args:
            flow: instructions a cycle, each by its weight in `WEIGHTS`.
        """
        return 1 + self._core.share * (flow / self._core.typical - 1)
