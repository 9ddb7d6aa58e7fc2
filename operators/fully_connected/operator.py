"""Fully connected layer: every output reads the whole flattened input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilbench.cases.case import DType, OperatorCase
from hilbench.cases.convolution import Convolution
from hilbench.cases.dsp import DSP, INT16_BYTES
from hilbench.cases.fixed_point import Rounding
from hilbench.cases.scaling import Scaling, clamp_of, plan_scaling, with_zero_point
from hilbench.cases.tensors import Array, Tensors

_STEP_TAPS = 4
"""Weights in a word."""
_MOST_CHANNELS = 6
"""Sums that leave enough registers for words in flight."""


class FullyConnected(Convolution):
    """TFLite's FULLY_CONNECTED; weights are (O, H * W * C)."""

    name = "fully_connected"

    def defaults(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """A vector of `in_c` elements."""
        return {"in_h": 1, "in_w": 1}

    def check(self, case: OperatorCase) -> None:
        """Nothing slides."""
        super().check(case)
        sliding = (case.kernel_h, case.kernel_w, case.stride, case.dilation, case.groups)
        self.require(case, set(sliding) == {1}, "kernel, stride, dilation and groups must be 1")

    def rounding(self, case: OperatorCase) -> Rounding:
        """Once, whatever the data types, where the convolutions round twice or reduce the multiplier.

        Found by running the reference kernel of ai-edge-litert 2.3, per tensor and per channel alike.
        """
        return Rounding.ONCE

    def supports(self, case: OperatorCase, variant: str) -> bool:
        """The `dsp` variant takes int8, whatever the size."""
        return case.dtype is DType.INT8 if variant == DSP else super().supports(case, variant)

    def scratch_bytes(self, case: OperatorCase) -> int:
        """The widened input for `dsp`, else nothing."""
        return self._steps(case) * _STEP_TAPS * INT16_BYTES if case.variant == DSP else 0

    def c_context(self, case: OperatorCase, tensors: Tensors) -> Mapping[str, Any]:
        """For `dsp`: the channels that are summed together, and one stream of constants."""
        context = super().c_context(case, tensors)
        if case.variant != DSP:
            return context
        channels = _block(case.out_c)
        scaling = plan_scaling(case, tensors, self.rounding(case))
        return {
            **context,
            "blocks": [channels] + [case.out_c % channels] * (case.out_c % channels > 0),
            "steps": self._steps(case),
            "clamp": clamp_of(case, tensors),
            "scaling": scaling,
            "stream": _stream(tensors, self._steps(case), scaling),
        }

    def _steps(self, case: OperatorCase) -> int:
        """Words of weights of one channel."""
        return -(-self.depth(case) // _STEP_TAPS)

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


def _block(channels: int) -> int:
    """Channels summed together: as many as registers hold, in blocks of equal size but the last."""
    blocks = -(-channels // _MOST_CHANNELS)
    return -(-channels // blocks)


def _stream(tensors: Tensors, steps: int, scaling: Scaling) -> NDArray[np.uint32]:
    """All constants in the order in which they are used.

    For each block: the biases; for each step a word of each channel, four weights; multipliers, addends
    and shifts.
    """
    padded = np.pad(tensors.weights, ((0, 0), (0, steps * _STEP_TAPS - tensors.weights.shape[1])))
    words = np.ascontiguousarray(padded).view("<u4").astype(np.int64)
    columns = [with_zero_point(tensors), words, scaling.multiplier, scaling.addend, scaling.shift]
    rows = np.column_stack(columns)
    channels = _block(len(rows))
    blocks = [rows[first : first + channels].T.ravel() for first in range(0, len(rows), channels)]
    return np.concatenate(blocks).astype(np.uint32)
