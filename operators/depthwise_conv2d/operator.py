"""Depthwise convolution: each input channel is filtered by itself, `out_c / in_c` times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hilbench.kernels.dsp_depthwise import DspDepthwise
from hilbench.kernels.lean import LeanDepthwise
from hilbench.kernels.scalar import ScalarDepthwise
from hilbench.operators.base.convolution import Convolution
from hilbench.operators.case import OperatorCase
from hilbench.operators.kernel import Kernel
from hilbench.tensors import Array


class DepthwiseConv2D(Convolution):
    """TFLite's DEPTHWISE_CONV_2D; weights are (1, KH, KW, O)."""

    name = "depthwise_conv2d"
    kernels = (Kernel(), DspDepthwise(), LeanDepthwise(), ScalarDepthwise())

    def defaults(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Defaults: as many groups as input channels, and a channel multiplier of 1."""
        channels = parameters.get("in_c")
        return {} if channels is None else {"groups": channels, "out_c": channels}

    def check(self, case: OperatorCase) -> None:
        """Require one group per input channel."""
        super().check(case)
        self.require(case, case.groups == case.in_c, "groups must equal in_c; leave it out")

    def weight_shape(self, case: OperatorCase) -> tuple[int, ...]:
        """Shape of the weights, as TFLite has them."""
        return 1, case.kernel_h, case.kernel_w, case.out_c

    def grouped_weights(self, case: OperatorCase, weights: Array) -> Array:
        """Weights as (groups, depth, channel multiplier)."""
        return weights.reshape(self.depth(case), case.groups, -1).swapaxes(0, 1)
