"""Grouped convolution: each group of output channels reads its own group of input channels."""

from __future__ import annotations

from hilbench.cases.case import OperatorCase
from hilbench.cases.kernels.dsp import DspConvolution


class GroupedConv2D(DspConvolution):
    """TFLite's CONV_2D with fewer filter channels than input channels."""

    name = "grouped_conv2d"

    def check(self, case: OperatorCase) -> None:
        """Two groups at least."""
        super().check(case)
        self.require(case, case.groups >= 2, "groups must be at least 2; use conv2d for one group")
