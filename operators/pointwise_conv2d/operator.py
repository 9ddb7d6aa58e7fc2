"""Pointwise (1x1) convolution: mixes channels, sees one pixel."""

from __future__ import annotations

from hilbench.kernels.dsp import CompactConvolution, DspConvolution
from hilbench.kernels.lean import LeanConvolution
from hilbench.kernels.scalar import ScalarConvolution
from hilbench.operators.base.convolution import Convolution
from hilbench.operators.case import OperatorCase
from hilbench.operators.kernel import Kernel


class PointwiseConv2D(Convolution):
    """TFLite's CONV_2D with a 1x1 kernel."""

    name = "pointwise_conv2d"
    kernels = (
        Kernel(),
        DspConvolution(),
        CompactConvolution(),
        LeanConvolution(),
        ScalarConvolution(),
    )

    def check(self, case: OperatorCase) -> None:
        """Require a 1x1 kernel and one group."""
        super().check(case)
        self.require(case, case.window.kernel == (1, 1), "the kernel must be 1x1; use conv2d")
        self.require(case, case.window.dilation == (1, 1), "a 1x1 kernel has no dilation")
        self.require(case, case.groups == 1, "groups must be 1; use grouped_conv2d")
