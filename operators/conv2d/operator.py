"""Standard 2-D convolution: every output channel reads every input channel."""

from __future__ import annotations

from hilbench.cases.case import OperatorCase
from hilbench.cases.families.convolution import Convolution
from hilbench.cases.kernel import Kernel
from hilbench.cases.kernels.dsp import CompactConvolution, DspConvolution
from hilbench.cases.kernels.scalar import ScalarConvolution
from hilbench.cases.kernels.winograd import WinogradConvolution


class Conv2D(Convolution):
    """TFLite's CONV_2D; the operator that all others are compared with."""

    name = "conv2d"
    kernels = (Kernel(), DspConvolution(), CompactConvolution(), ScalarConvolution(), WinogradConvolution())

    def check(self, case: OperatorCase) -> None:
        """Require one group."""
        super().check(case)
        self.require(case, case.groups == 1, "groups must be 1; use grouped_conv2d")
