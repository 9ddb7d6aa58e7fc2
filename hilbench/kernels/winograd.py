"""Winograd's F(2x2, 3x3) in exact integers: 16 multiplications for 36, of 4x4 inputs for 2x2 outputs.

Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", arXiv:1509.09308. Their G
has halves; doubled on both sides it yields four times the sums, without a remainder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilbench.kernels.input_buffer import INT16_BYTES, Axis, Strip, comes_in_fours
from hilbench.kernels.requantization import Scaling, clamp_of, plan_scaling, with_zero_point
from hilbench.kernels.smlad_microkernel import Tile
from hilbench.kernels.tap_schedule import Traversal
from hilbench.operators.case import OperatorCase
from hilbench.operators.kernel import Kernel
from hilbench.operators.layer import Layer
from hilbench.operators.reuse import Reuse
from hilbench.operators.variants import WINOGRAD
from hilbench.tensors import DType

POSITIONS = 16
"""Products of a tile, each summed over the input channels by itself."""
_DOUBLED_G = np.array([[2, 0, 0], [1, 1, 1], [1, -1, 1], [0, 0, 2]])
_GROWTH = 4
"""Growth of the sums by the doubled G on both sides."""
_CHANNELS = 2
_TILES = 4
_MOST_INPUTS = 128
"""Channels for which nothing can exceed 32 bits and a loop's body is not too long."""


@dataclass(frozen=True)
class WinogradConvolution(Kernel):
    """A 3x3 convolution of stride 1 in transformed tiles."""

    name: str = WINOGRAD

    def supports(self, case: OperatorCase) -> bool:
        """Whether the case is int8, 3x3, stride 1, undilated, of even channel counts, at most 128 inputs."""
        window = case.window
        fitting = (window.kernel, window.stride, window.dilation) == ((3, 3), (1, 1), (1, 1))
        even = case.in_c % 2 == case.out_c % 2 == 0 and case.in_c <= _MOST_INPUTS
        return case.dtype is DType.INT8 and fitting and even

    def scratch_bytes(self, layer: Layer) -> int:
        """Bytes of four rows of the strip, a row of transformed tiles, and the products of some."""
        case = layer.case
        transformed = POSITIONS * _columns(case) * case.in_c * INT16_BYTES
        products = POSITIONS * _CHANNELS * min(_TILES, _columns(case)) * np.dtype(np.int32).itemsize
        return _strip(case).size + transformed + products

    @property
    def row_step(self) -> int:
        """Two rows: those of a tile."""
        return 2

    def input_reuse(self, layer: Layer) -> tuple[Reuse | None, ...]:
        """Reuse by rows of tiles."""
        return (_strip(layer.case).input_reuse(layer.case),)

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """The strip, tiles, transformed weights and what requantises."""
        case = layer.case
        columns, steps = _columns(case), case.in_c // 2
        traversal = Traversal(1, tuple(range(0, 4 * steps, 4)), (-4,), np.empty((1, steps, 2), np.int64))
        widths = [width for width in (min(_TILES, columns), columns % min(_TILES, columns)) if width]
        scaling = plan_scaling(layer, growth=_GROWTH // 2)
        strip, live = _strip(case), scaling.gain[:, None, None, None] > 0
        return {
            "strip": strip,
            "tiles": [Tile(_CHANNELS, width, case.in_c * INT16_BYTES, traversal, True) for width in widths],
            "clamp": clamp_of(layer),
            "scaling": scaling,
            "filters": _transformed(strip.in_order(layer.constants.weights) * live),
            "bias": (with_zero_point(layer.constants) * _bias_gain(scaling)).astype(np.int32),
        }


def _bias_gain(scaling: Scaling) -> NDArray[np.int64]:
    """Factor of each channel's bias: that of the products, but of the long form none."""
    return np.where(scaling.short, _GROWTH // 2 * scaling.gain, 1)


def _strip(case: OperatorCase) -> Strip:
    """Strip with all inputs of a row of tiles."""
    vertical, horizontal = map(Axis.along, case.windows)
    rows, columns = replace(vertical, band=2), replace(horizontal, band=2 * _columns(case))
    return Strip(rows, columns, 1, case.in_c, as_widened=comes_in_fours(case, case.in_c))


def _columns(case: OperatorCase) -> int:
    """Tiles side by side."""
    return -(-case.out_w // 2)


def _transformed(weights: NDArray[np.int8]) -> NDArray[np.uint32]:
    """Words of two input channels: (O / 2, positions, I / 2, 2 output channels)."""
    filters = _DOUBLED_G @ weights.astype(np.int64).transpose(0, 3, 1, 2) @ _DOUBLED_G.T
    outputs, inputs = filters.shape[:2]
    pairs = filters.reshape(outputs // 2, 2, inputs // 2, 2, POSITIONS) & 0xFFFF
    words = pairs[:, :, :, 0] | pairs[:, :, :, 1] << 16
    return np.ascontiguousarray(words.transpose(0, 3, 2, 1)).astype(np.uint32)
