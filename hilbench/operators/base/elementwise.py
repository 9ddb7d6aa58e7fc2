"""Base of operators that slide no window."""

from __future__ import annotations

from typing import ClassVar

from hilbench.operators.base.parameterless import Parameterless
from hilbench.operators.case import OperatorCase
from hilbench.operators.reuse import IN_PLACE, Reuse
from hilbench.tensors import Activation, Window, single


class Elementwise(Parameterless):
    """An operator on elements or whole channels; its output is shaped like its input unless it says so."""

    fuses_activation: ClassVar[bool] = True

    @property
    def parameters(self) -> tuple[str, ...]:
        """The activation, where it fuses one."""
        return ("activation",) if self.fuses_activation else ()

    def check(self, case: OperatorCase) -> None:
        """Require kernel and stride 1, and no activation where the operator fuses none."""
        super().check(case)
        slides = (case.window.kernel, case.window.stride) != ((1, 1), (1, 1))
        self.require(case, not slides, "kernel and stride must be 1")
        fits = self.fuses_activation or case.activation is Activation.NONE
        self.require(case, fits, "activation must be none")

    def out_hw(self, case: OperatorCase) -> tuple[int, int]:
        """Height and width of the input."""
        return case.in_h, case.in_w

    def input_reuse(self, case: OperatorCase) -> tuple[Reuse | None, ...]:
        """Reuse in place: an element, or a pixel's last pass over it, is read before it is written.

        Nowhere if elements become wider: one that is written takes the place of several still to be read.
        """
        widens = case.outputs[0].dtype.bits > case.inputs[0].dtype.bits
        return (None if widens else IN_PLACE,) * len(case.inputs)

    def row_window(self, case: OperatorCase) -> Window | None:
        """One row of each input."""
        return single(case.in_h) if case.out_h == case.in_h else None

    def macs(self, case: OperatorCase) -> int:
        """Elements of an input, which are counted in place of MACs."""
        return case.in_h * case.in_w * case.in_c
