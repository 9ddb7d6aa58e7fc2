"""What the `dsp` variants of convolutions share: when SMLAD can compute them, and their memory.

They widen activations to int16 four at a time and unpack weights four at a time, so that the depth
of a group must be a multiple of four; they compute two output channels together.
"""

from __future__ import annotations

from hilbench.cases.case import DType, OperatorCase
from hilbench.cases.convolution import Convolution

DSP = "dsp"
INT16_BYTES = 2
_PIXELS = 2
"""Output pixels that are computed together."""


class DspConvolution(Convolution):
    """A convolution over patches of widened pixels (`operators/_common/convolution_dsp.c.j2`)."""

    def supports(self, case: OperatorCase, variant: str) -> bool:
        """The `dsp` variant takes int8 with groups of 4n input and 2n output channels."""
        if variant != DSP:
            return super().supports(case, variant)
        fitting = (case.in_c // case.groups) % 4 == 0 and (case.out_c // case.groups) % 2 == 0
        return case.dtype is DType.INT8 and fitting

    def scratch_bytes(self, case: OperatorCase) -> int:
        """The widened patches of two pixels for `dsp`, else nothing."""
        patch = case.kernel_h * case.kernel_w * case.in_c * INT16_BYTES
        return _PIXELS * patch if case.variant == DSP else 0
