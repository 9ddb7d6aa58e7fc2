"""Standard 2-D convolution: every output channel reads every input channel."""

from __future__ import annotations

from hilbench.kernels.dsp import CompactConvolution, DspConvolution
from hilbench.kernels.lean import LeanConvolution
from hilbench.kernels.scalar import ScalarConvolution
from hilbench.kernels.winograd import WinogradConvolution
from hilbench.operators.base.convolution import Convolution
from hilbench.operators.case import OperatorCase
from hilbench.operators.kernel import Kernel


class Conv2D(Convolution):
    """TFLite's CONV_2D; the operator that all others are compared with."""

    name = "conv2d"
    kernels = (
        Kernel(),
        DspConvolution(),
        CompactConvolution(),
        LeanConvolution(),
        ScalarConvolution(),
        WinogradConvolution(),
    )

    def check(self, case: OperatorCase) -> None:
        """Require one group."""
        super().check(case)
        self.require(case, case.groups == 1, "groups must be 1; use grouped_conv2d")
