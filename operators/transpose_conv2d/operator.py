"""Transposed convolution: the upsampling twin of a convolution with the same kernel and stride."""

from __future__ import annotations

import numpy as np

from hilbench.kernels.dsp_transposed_conv import DspTransposedConvolution, transposed_windows
from hilbench.operators.base.convolution import Convolution
from hilbench.operators.case import OperatorCase
from hilbench.operators.kernel import Kernel
from hilbench.operators.reuse import Reuse, reuse_by_pixels
from hilbench.tensors import Array, DType, Padding, Window
from hilbench.tensors.patches import patches


class TransposeConv2D(Convolution):
    """TFLite's TRANSPOSE_CONV with the output size that Keras gives it; weights are (O, KH, KW, I)."""

    name = "transpose_conv2d"
    kernels = (Kernel(), DspTransposedConvolution())
    dtypes = frozenset({DType.INT8, DType.FLOAT32})

    def check(self, case: OperatorCase) -> None:
        """Require one group, no dilation, and padding same or valid."""
        super().check(case)
        self.require(case, case.groups == 1, "groups must be 1")
        self.require(case, case.window.dilation == (1, 1), "dilation must be 1")
        scheme = isinstance(case.window.padding, Padding)
        self.require(case, scheme, "padding must be same or valid")

    def out_hw(self, case: OperatorCase) -> tuple[int, int]:
        """Output size: `stride` times the input; with padding valid also the kernel's reach beyond it."""
        reach = 1 if case.window.padding is Padding.VALID else 0
        return (
            case.in_h * case.stride_h + reach * max(case.kernel_h - case.stride_h, 0),
            case.in_w * case.stride_w + reach * max(case.kernel_w - case.stride_w, 0),
        )

    def macs(self, case: OperatorCase) -> int:
        """Input elements times the products that each spreads."""
        return case.in_h * case.in_w * self.depth(case) * case.out_c

    def windows(self, case: OperatorCase) -> tuple[Window, Window]:
        """The windows of the convolution that this one transposes: from output to input."""
        return transposed_windows(case)

    def input_reuse(self, case: OperatorCase) -> tuple[Reuse | None, ...]:
        """Reuse pixel by pixel: each gathers the inputs that it sees."""
        seen = [
            np.clip(
                -(-(np.arange(window.length) + window.pad_before - window.kernel + 1) // window.stride),
                0,
                None,
            )
            for window in self.windows(case)
        ]
        return (reuse_by_pixels(case, *seen),)

    def row_window(self, case: OperatorCase) -> Window | None:
        """None: rows of the output lie closer together than those of the input."""
        return None

    def grouped_patches(self, case: OperatorCase, image: Array) -> Array:
        """Inputs at each output position when zeros part the input's pixels: (1, OH * OW, depth)."""
        vertical, horizontal = self.windows(case)
        top, left = case.kernel_h - 1 - vertical.pad_before, case.kernel_w - 1 - horizontal.pad_before
        shape = (case.out_h + case.kernel_h - 1, case.out_w + case.kernel_w - 1, case.in_c)
        spread = np.zeros(shape, image.dtype)
        spread[top :: case.stride_h, left :: case.stride_w][: case.in_h, : case.in_w] = image
        dense = (
            Window(shape[0], case.kernel_h, 1, 1, Padding.VALID),
            Window(shape[1], case.kernel_w, 1, 1, Padding.VALID),
        )
        flipped = patches(spread, *dense, fill=0)[:, :, ::-1, ::-1]
        return flipped.reshape(1, -1, self.depth(case))
