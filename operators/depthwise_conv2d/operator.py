"""Depthwise convolution: each input channel is filtered by itself, `out_c / in_c` times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from hilbench.cases.case import DType, OperatorCase
from hilbench.cases.convolution import Convolution
from hilbench.cases.dsp import DSP, INT16_BYTES
from hilbench.cases.geometry import Window
from hilbench.cases.tensors import Array, Tensors


class DepthwiseConv2D(Convolution):
    """TFLite's DEPTHWISE_CONV_2D; weights are (1, KH, KW, O)."""

    name = "depthwise_conv2d"

    def defaults(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """As many groups as input channels, and a channel multiplier of 1."""
        channels = parameters.get("in_c")
        return {} if channels is None else {"groups": channels, "out_c": channels}

    def check(self, case: OperatorCase) -> None:
        """One group per input channel."""
        super().check(case)
        self.require(case, case.groups == case.in_c, "groups must equal in_c; leave it out")

    def weight_shape(self, case: OperatorCase) -> tuple[int, ...]:
        """Shape of the weights, as TFLite has them."""
        return 1, case.kernel_h, case.kernel_w, case.out_c

    def grouped_weights(self, case: OperatorCase, weights: Array) -> Array:
        """Weights as (groups, depth, channel multiplier)."""
        return weights.reshape(self.depth(case), case.groups, -1).swapaxes(0, 1)

    def supports(self, case: OperatorCase, variant: str) -> bool:
        """The `dsp` variant takes int8 with neighbouring taps."""
        if variant != DSP:
            return super().supports(case, variant)
        return case.dtype is DType.INT8 and case.dilation == 1

    def scratch_bytes(self, case: OperatorCase) -> int:
        """One padded plane of int16 for `dsp`, else nothing."""
        plane_h, plane_w = self._plane(case)
        return plane_h * plane_w * INT16_BYTES if case.variant == DSP else 0

    def c_context(self, case: OperatorCase, tensors: Tensors) -> Mapping[str, Any]:
        """For `dsp` also the plane's size, how much of the input lies in it, and pairs of taps."""
        context = dict(super().c_context(case, tensors))
        if case.variant == DSP:
            vertical, horizontal = self.windows(case)
            context["plane_h"], context["plane_w"] = self._plane(case)
            context["rows_used"] = _reached(vertical)
            context["columns_used"] = _reached(horizontal)
            context["weight_pairs"] = _pair_taps(tensors.weights[0])
        return context

    def _plane(self, case: OperatorCase) -> tuple[int, int]:
        """Height and width of what the windows cover; odd kernels read one column beyond."""
        vertical, horizontal = self.windows(case)
        return vertical.covered, horizontal.covered + case.kernel_w % 2


def _reached(window: Window) -> int:
    """Elements of the input that any position of the window touches."""
    return min(window.length, window.covered - window.pad_before)


def _pair_taps(weights: Array) -> Array:
    """From (KH, KW, O) int8 to (O, words): two taps of a row as int16 in each 32-bit word."""
    even = np.pad(weights, ((0, 0), (0, weights.shape[1] % 2), (0, 0))).transpose(2, 0, 1)
    halves = np.ascontiguousarray(even).astype("<i2")
    return halves.reshape(weights.shape[2], -1).view("<u4")
