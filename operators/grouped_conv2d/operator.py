"""Grouped convolution: each group of output channels reads its own group of input channels."""

from __future__ import annotations

from hilbench.kernels.dsp import CompactConvolution, DspConvolution
from hilbench.kernels.lean import LeanConvolution
from hilbench.kernels.scalar import ScalarConvolution
from hilbench.operators.base.convolution import Convolution
from hilbench.operators.case import OperatorCase
from hilbench.operators.kernel import Kernel


class GroupedConv2D(Convolution):
    """TFLite's CONV_2D with fewer filter channels than input channels."""

    name = "grouped_conv2d"
    kernels = (
        Kernel(),
        DspConvolution(),
        CompactConvolution(),
        LeanConvolution(),
        ScalarConvolution(),
    )

    def check(self, case: OperatorCase) -> None:
        """Require two groups at least."""
        super().check(case)
        self.require(case, case.groups >= 2, "groups must be at least 2; use conv2d for one group")
