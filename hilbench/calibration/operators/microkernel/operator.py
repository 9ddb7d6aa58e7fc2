"""Micro-kernels: loops in assembly, each of which leans on one thing that a core's model has to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hilbench.operators.base.parameterless import Parameterless
from hilbench.operators.case import OperatorCase
from hilbench.operators.constants import Constants
from hilbench.operators.kernel import Kernel
from hilbench.operators.layer import Layer
from hilbench.tensors import Array, DType

_ROUNDS = 200
"""Rounds of each loop; Thumb's 16-bit compare takes constants below 256."""


@dataclass(frozen=True)
class Loop(Kernel):
    """A loop that runs on any core; instructions that a core lacks are left out."""

    def scratch_bytes(self, layer: Layer) -> int:
        """Bytes that the loops load from and store to: a word, and the lines of one of them."""
        return 1024


class Microkernel(Parameterless):
    """A loop that counts its rounds, one a variant; the output is the input plus their number.

    So a loop that was left early, or not at all, fails verification like any wrong kernel.
    """

    name = "microkernel"
    kernels = tuple(
        Loop(template.name.removesuffix(".c.j2")) for template in Path(__file__).parent.glob("*.c.j2")
    )
    dtypes = frozenset({DType.INT8})

    def check(self, case: OperatorCase) -> None:
        """Require one byte in and one byte out."""
        super().check(case)
        single = case.inputs[0].elements == 1 and case.window.kernel == case.window.stride == (1, 1)
        self.require(case, single, "the input must be 1x1x1, kernel and stride 1")

    def out_hw(self, case: OperatorCase) -> tuple[int, int]:
        """Height and width of the output: one element."""
        return case.in_h, case.in_w

    def macs(self, case: OperatorCase) -> int:
        """Rounds of the loop, which are counted in place of MACs."""
        return _ROUNDS

    def synthesize(self, case: OperatorCase) -> Constants:
        """The input from the device's generator."""
        return Constants()

    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """The input plus the number of rounds, modulo 256."""
        return (inputs[0].view(np.uint8) + np.uint8(_ROUNDS)).view(np.int8)

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """The number of rounds."""
        return {"rounds": _ROUNDS}
