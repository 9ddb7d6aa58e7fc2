"""Fully connected layer: every output reads the whole flattened input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hilbench.cases.case import DType, OperatorCase
from hilbench.cases.convolution import Convolution
from hilbench.cases.dsp import DSP, INT16_BYTES
from hilbench.cases.fixed_point import Rounding
from hilbench.cases.tensors import Array


class FullyConnected(Convolution):
    """TFLite's FULLY_CONNECTED; weights are (O, H * W * C).

    Its reference kernel rounds once where the convolutions' round twice (ai-edge-litert 2.3, per
    tensor and per channel alike; found by running it).
    """

    name = "fully_connected"
    rounding = Rounding.ONCE

    def defaults(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """A vector of `in_c` elements."""
        return {"in_h": 1, "in_w": 1}

    def check(self, case: OperatorCase) -> None:
        """Nothing slides."""
        super().check(case)
        sliding = (case.kernel_h, case.kernel_w, case.stride, case.dilation, case.groups)
        self.require(case, set(sliding) == {1}, "kernel, stride, dilation and groups must be 1")

    def supports(self, case: OperatorCase, variant: str) -> bool:
        """The `dsp` variant takes int8 with 4n inputs and 2n outputs."""
        if variant != DSP:
            return super().supports(case, variant)
        return case.dtype is DType.INT8 and self.depth(case) % 4 == 0 and case.out_c % 2 == 0

    def scratch_bytes(self, case: OperatorCase) -> int:
        """The widened input for `dsp`, else nothing."""
        return self.depth(case) * INT16_BYTES if case.variant == DSP else 0

    def out_hw(self, case: OperatorCase) -> tuple[int, int]:
        """One pixel."""
        return 1, 1

    def depth(self, case: OperatorCase) -> int:
        """The whole input."""
        return case.in_h * case.in_w * case.in_c

    def weight_shape(self, case: OperatorCase) -> tuple[int, ...]:
        """Shape of the weights, as TFLite has them."""
        return case.out_c, self.depth(case)

    def grouped_patches(self, case: OperatorCase, image: Array) -> Array:
        """The flattened input: (1, 1, H * W * C)."""
        return image.reshape(1, 1, -1)
