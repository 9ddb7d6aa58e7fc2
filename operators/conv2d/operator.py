"""Standard 2-D convolution: every output channel reads every input channel."""

from __future__ import annotations

from hilbench.cases.case import OperatorCase
from hilbench.cases.kernels.winograd import WinogradConvolution


class Conv2D(WinogradConvolution):
    """TFLite's CONV_2D; the operator that all others are compared with."""

    name = "conv2d"

    def check(self, case: OperatorCase) -> None:
        """One group only."""
        super().check(case)
        self.require(case, case.groups == 1, "groups must be 1; use grouped_conv2d")
