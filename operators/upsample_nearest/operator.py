"""Nearest-neighbour upsampling by a whole factor, which is the case's stride."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hilbench.operators.base.parameterless import Int8Kernel, Parameterless
from hilbench.operators.case import OperatorCase
from hilbench.operators.kernel import Kernel
from hilbench.operators.layer import Layer
from hilbench.operators.reuse import Reuse, reuse_by_pixels
from hilbench.tensors import Activation, Array, Padding


class UpsampleNearest(Parameterless):
    """TFLite's RESIZE_NEAREST_NEIGHBOR to `stride` times the height and width."""

    name = "upsample_nearest"
    kernels = (Kernel(), Int8Kernel())

    def check(self, case: OperatorCase) -> None:
        """Require a 1x1 kernel and no fused activation."""
        super().check(case)
        self.require(case, case.window.kernel == (1, 1), "the kernel must be 1x1")
        self.require(case, case.window.padding is Padding.SAME, "padding must be same")
        self.require(case, case.activation is Activation.NONE, "activation must be none")

    def out_hw(self, case: OperatorCase) -> tuple[int, int]:
        """Height and width of the output: `stride` times the input's."""
        return case.in_h * case.stride_h, case.in_w * case.stride_w

    def input_reuse(self, case: OperatorCase) -> tuple[Reuse | None, ...]:
        """Reuse pixel by pixel, all copies of one in a row at once."""
        rows, columns = (
            np.arange(length) // factor
            for length, factor in zip((case.out_h, case.out_w), case.window.stride, strict=True)
        )
        return (reuse_by_pixels(case, rows, columns),)

    def macs(self, case: OperatorCase) -> int:
        """Elements of the output, which are counted in place of MACs."""
        return case.out_h * case.out_w * case.out_c

    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """Every pixel repeated in both directions."""
        case = layer.case
        return inputs[0].repeat(case.stride_h, axis=1).repeat(case.stride_w, axis=2)
