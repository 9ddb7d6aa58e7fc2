"""Images in other sizes.

Source: tensorflow/lite/kernels/internal/reference/resize_nearest_neighbor.h and resize_bilinear.h.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilbench.networks.attributes import ResizeAttributes
from hilbench.networks.evaluation.operands import Operands
from hilbench.tensors import Array

_BITS = 10
"""Fractional bits of a position, of integers."""
_ONE = 1 << _BITS


def resize_nearest(operands: Operands) -> Array:
    """The nearest pixel of each position."""
    chosen = operands.options(ResizeAttributes)
    rows, columns = (
        _nearest(operands.value.shape[axis], size, chosen)
        for axis, size in zip((1, 2), chosen.size, strict=True)
    )
    return operands.value[:, rows][:, :, columns]


def _nearest(length: int, size: int, chosen: ResizeAttributes) -> NDArray[np.int64]:
    """Indices along an axis, by positions in float32."""
    places = np.arange(size, dtype=np.float32) + np.float32(0.5 if chosen.half_pixel_centers else 0)
    scaled = places * _ratio(length, size, chosen)
    nearest = np.floor(scaled + np.float32(0.5)) if chosen.align_corners else np.floor(scaled)
    indices: NDArray[np.int64] = np.clip(nearest.astype(np.int64), 0, length - 1)
    return indices


def _ratio(length: int, size: int, chosen: ResizeAttributes) -> np.float32:
    if chosen.align_corners and size > 1:
        return np.float32(length - 1) / np.float32(size - 1)
    return np.float32(length) / np.float32(size)


def resize_bilinear(operands: Operands) -> Array:
    """The weighted mean of the four pixels around each position."""
    chosen = operands.options(ResizeAttributes)
    positions = _real_positions if operands.is_float else _fixed_positions
    rows, columns = (
        positions(operands.value.shape[axis], size, chosen)
        for axis, size in zip((1, 2), chosen.size, strict=True)
    )
    wide = operands.value if operands.is_float else operands.value.astype(np.int64)
    corners = [
        wide[:, row][:, :, column] * vertical[:, None, None] * horizontal[:, None]
        for row, vertical, column, horizontal in (
            (rows.lower, rows.below, columns.lower, columns.below),
            (rows.upper, rows.above, columns.lower, columns.below),
            (rows.lower, rows.below, columns.upper, columns.above),
            (rows.upper, rows.above, columns.upper, columns.above),
        )
    ]
    sums: Array = corners[0] + corners[1] + corners[2] + corners[3]
    if operands.is_float:
        return sums
    magnitudes = (np.abs(sums) + (1 << 2 * _BITS - 1)) >> 2 * _BITS
    rounded: Array = (np.sign(sums) * magnitudes).astype(operands.output.dtype)
    return rounded


@dataclass(frozen=True)
class _Positions:
    """Positions along an axis between two elements, and the share of each."""

    lower: NDArray[np.int64]
    upper: NDArray[np.int64]
    below: Array
    above: Array


def _real_positions(length: int, size: int, chosen: ResizeAttributes) -> _Positions:
    places = np.arange(size, dtype=np.float32)
    half = np.float32(0.5 if chosen.half_pixel_centers else 0)
    scaled = (places + half) * _ratio(length, size, chosen) - half
    lower = np.maximum(np.floor(scaled).astype(np.int64), 0)
    upper = np.minimum(np.ceil(scaled).astype(np.int64), length - 1)
    above = scaled - lower.astype(np.float32)
    return _Positions(lower, upper, np.float32(1) - above, above)


def _fixed_positions(length: int, size: int, chosen: ResizeAttributes) -> _Positions:
    whole, parts = (length - 1, size - 1) if chosen.align_corners and size > 1 else (length, size)
    ratio = (_ONE * whole + parts // 2) // parts
    scaled = np.arange(size, dtype=np.int64) * ratio
    if chosen.half_pixel_centers:
        scaled = scaled + ratio // 2 - _ONE // 2
    lower = np.maximum(_toward_zero(scaled), 0)
    upper = np.minimum(_toward_zero(scaled + _ONE - 1), length - 1)
    above = scaled - lower * _ONE
    return _Positions(lower, upper, _ONE - above, above)


def _toward_zero(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Whole parts of fixed-point numbers."""
    whole: NDArray[np.int64] = np.sign(values) * (np.abs(values) >> _BITS)
    return whole
