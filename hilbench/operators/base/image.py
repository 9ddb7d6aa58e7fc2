"""Operators on one image, or on several of one shape, whose output is an image."""

from __future__ import annotations

from abc import abstractmethod

from hilbench.operators.case import OperatorCase
from hilbench.operators.operator import Operator
from hilbench.tensors import MOST_AXES, ExplicitPadding, TensorSpec


class ImageOperator(Operator):
    """An operator whose inputs have one NHWC shape with a batch of 1, and which has one output."""

    def check(self, case: OperatorCase) -> None:
        """Require equal images as inputs, and a window that fits."""
        super().check(case)
        images = all(len(spec.shape) == MOST_AXES and spec.shape[0] == 1 for spec in case.inputs)
        self.require(case, images, "inputs must be images, 1xHxWxC")
        self.require(case, len(case.inputs) == self.input_count, f"it takes {self.input_count} inputs")
        self.require(case, len(set(case.inputs)) == 1, "its inputs must have one shape")
        if isinstance(case.window.padding, ExplicitPadding):
            self.require(case, _is_within(case), "explicit padding must be smaller than the dilated kernel")
        self.require(
            case, min(self.out_hw(case)) >= 1, "the dilated kernel is larger than the input; use padding same"
        )

    @abstractmethod
    def out_hw(self, case: OperatorCase) -> tuple[int, int]:
        """Output height and width; zero or less where the window does not fit."""

    def infer_outputs(self, draft: OperatorCase) -> tuple[TensorSpec, ...]:
        """Output: one image of `out_c` channels."""
        return (TensorSpec.image(*self.out_hw(draft), draft.out_c, draft.dtype.element),)


def _is_within(case: OperatorCase) -> bool:
    """Whether every position of the window sees a part of the input, or could."""
    return all(
        max(window.padding) < window.extent for window in case.windows if isinstance(window.padding, tuple)
    )
