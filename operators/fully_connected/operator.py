"""Fully connected layer: every output reads the whole flattened input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hilbench.kernels.dsp_fully_connected import DspFullyConnected
from hilbench.operators.base.convolution import Convolution, fully_connected_rounding
from hilbench.operators.case import OperatorCase
from hilbench.operators.kernel import Kernel
from hilbench.operators.reuse import Reuse
from hilbench.quantization.fixed_point import Rounding
from hilbench.tensors import Array, Window, Window2D


class FullyConnected(Convolution):
    """TFLite's FULLY_CONNECTED; weights are (O, H * W * C)."""

    name = "fully_connected"
    kernels = (Kernel(), DspFullyConnected())

    def defaults(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Defaults: a vector of `in_c` elements."""
        return {"in_h": 1, "in_w": 1}

    def check(self, case: OperatorCase) -> None:
        """Require kernel, stride, dilation and groups of 1."""
        super().check(case)
        slides = case.window != Window2D(padding=case.window.padding) or case.groups > 1
        self.require(case, not slides, "kernel, stride, dilation and groups must be 1")

    def rounding(self, case: OperatorCase) -> Rounding:
        """Rounding once, where the convolutions round twice or reduce the multiplier; or as these do."""
        return fully_connected_rounding(case)

    def out_hw(self, case: OperatorCase) -> tuple[int, int]:
        """Height and width of the output: one pixel."""
        return 1, 1

    def input_reuse(self, case: OperatorCase) -> tuple[Reuse | None, ...]:
        """No reuse: every output reads the whole input."""
        return (None,)

    def depth(self, case: OperatorCase) -> int:
        """Products of one output: as many as the input has elements."""
        return case.in_h * case.in_w * case.in_c

    def weight_shape(self, case: OperatorCase) -> tuple[int, ...]:
        """Shape of the weights, as TFLite has them."""
        return case.out_c, self.depth(case)

    def row_window(self, case: OperatorCase) -> Window | None:
        """None: every output reads the whole input."""
        return None

    def grouped_patches(self, case: OperatorCase, image: Array) -> Array:
        """The flattened input: (1, 1, H * W * C)."""
        return image.reshape(1, 1, -1)
