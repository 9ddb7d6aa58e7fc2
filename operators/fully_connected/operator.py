"""Fully connected layer: every output reads the whole flattened input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilbench.cases.arithmetic.fixed_point import Rounding
from hilbench.cases.arithmetic.scaling import Scaling, clamp_of, plan_scaling, with_zero_point
from hilbench.cases.case import DType, OperatorCase
from hilbench.cases.families.convolution import Convolution
from hilbench.cases.kernels.dense import Dense
from hilbench.cases.kernels.strip import INT16_BYTES
from hilbench.cases.tensors import Array, Tensors
from hilbench.cases.variants import DSP

_MOST_CHANNELS = {DType.INT8: 6, DType.INT16X8: 6, DType.INT8X4: 4}
"""Sums that leave enough registers for words in flight."""
_ORDERS = {
    DType.INT8: [0, 1, 2, 3],
    DType.INT16X8: [0, 2, 1, 3],
    DType.INT8X4: [0, 1, 4, 5, 2, 3, 6, 7],
}
"""Weights of a word, lowest first.

SXTB16 unpacks bytes 0 and 2, then 1 and 3, and so it widens int8 inputs; int4 is unpacked by masks, first
and fifth, second and sixth, ...
"""


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
        """The `dsp` variant takes integers, whatever the size."""
        return case.dtype.quantized if variant == DSP else super().supports(case, variant)

    def scratch_bytes(self, case: OperatorCase) -> int:
        """The widened input for `dsp`, else nothing."""
        widened = case.variant == DSP and case.dtype is not DType.INT16X8
        return _steps(case) * _step_taps(case) * INT16_BYTES if widened else 0

    def c_context(self, case: OperatorCase, tensors: Tensors) -> Mapping[str, Any]:
        """For `dsp`: the channels that are summed together, and one stream of constants."""
        context = super().c_context(case, tensors)
        if case.variant != DSP:
            return context
        scaling = plan_scaling(case, tensors, self.rounding(case))
        channels = _block(case.out_c, _MOST_CHANNELS[case.dtype])
        return {
            **context,
            "blocks": [channels] + [case.out_c % channels] * (case.out_c % channels > 0),
            "dense": Dense,
            "steps": _steps(case),
            "scaling": scaling,
            "clamp": None if case.dtype is DType.INT16X8 else clamp_of(case, tensors),
            "stream": _stream(case, tensors, scaling, channels),
        }

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


def _step_taps(case: OperatorCase) -> int:
    """Weights in a word."""
    return 32 // case.dtype.weight_bits


def _steps(case: OperatorCase) -> int:
    """Words of weights of one channel."""
    return -(-(case.in_h * case.in_w * case.in_c) // _step_taps(case))


def _block(channels: int, most: int) -> int:
    """Channels summed together: as many as registers hold, in blocks of equal size but the last."""
    blocks = -(-channels // most)
    return -(-channels // blocks)


def _stream(case: OperatorCase, tensors: Tensors, scaling: Scaling, channels: int) -> NDArray[np.uint32]:
    """All constants in the order in which they are used.

    For each block of `channels`: the biases, of wide sums the low words and then the high; for each step a
    word of each channel's weights; multipliers, addends and shifts.
    """
    steps, taps = _steps(case), _step_taps(case)
    padded = np.pad(tensors.weights.astype(np.int64), ((0, 0), (0, steps * taps - tensors.weights.shape[1])))
    words = _words(padded.reshape(case.out_c, steps, taps)[..., _ORDERS[case.dtype]], case.dtype.weight_bits)
    bias = with_zero_point(tensors)
    biases = [bias, bias >> 32] if scaling.wide else [bias]
    rows = np.column_stack([*biases, words, scaling.multiplier, scaling.addend, scaling.shift])
    blocks = [rows[first : first + channels].T.ravel() for first in range(0, case.out_c, channels)]
    return np.concatenate(blocks).astype(np.uint32)


def _words(weights: NDArray[np.int64], bits: int) -> NDArray[np.int64]:
    """Weights joined to words, the first lowest: (…, 32 / bits) to (…); int4 with 8 added."""
    offset = 8 if bits == 4 else 0
    fields = (weights + offset) & ((1 << bits) - 1)
    words: NDArray[np.int64] = (fields << (bits * np.arange(32 // bits))).sum(axis=-1)
    return words
