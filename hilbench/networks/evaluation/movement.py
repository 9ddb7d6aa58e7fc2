"""Operators that only move or choose elements."""

from __future__ import annotations

from itertools import accumulate

import numpy as np

from hilbench.networks import attributes as options
from hilbench.networks.evaluation.operands import Operands
from hilbench.tensors import Array


def concat(operands: Operands) -> Array:
    """The inputs, joined along an axis."""
    return np.concatenate(operands.values, axis=operands.options(options.AxisAttributes).axis)


def split(operands: Operands) -> tuple[Array, ...]:
    """Parts of the input along an axis."""
    chosen = operands.options(options.SplitAttributes)
    return tuple(np.split(operands.value, list(accumulate(chosen.sizes))[:-1], axis=chosen.axis))


def reshape(operands: Operands) -> Array:
    """The input in another shape."""
    return operands.value.reshape(operands.options(options.ReshapeAttributes).shape)


def transpose(operands: Operands) -> Array:
    """The input with its axes in another order."""
    return operands.value.transpose(operands.options(options.TransposeAttributes).permutation)


def pad(operands: Operands) -> Array:
    """The input among elements of one value: zero points unless another one is given."""
    chosen = operands.options(options.PadAttributes)
    value = operands.output.quantization.zero_point if chosen.value is None else chosen.value
    widths = list(zip(chosen.before, chosen.behind, strict=True))
    return np.pad(operands.value, widths, constant_values=value)


def mirror_pad(operands: Operands) -> Array:
    """The input, mirrored at its borders."""
    chosen = operands.options(options.MirrorPadAttributes)
    widths = list(zip(chosen.before, chosen.behind, strict=True))
    if chosen.mode is options.MirrorMode.REFLECT:
        return np.pad(operands.value, widths, mode="reflect")
    return np.pad(operands.value, widths, mode="symmetric")


def strided_slice(operands: Operands) -> Array:
    """Elements of the input in steps along each axis."""
    chosen = operands.options(options.SliceAttributes)
    bounds = zip(chosen.begin, chosen.end, chosen.step, operands.value.shape, strict=True)
    taken = [range(*slice(begin, end, step).indices(length)) for begin, end, step, length in bounds]
    return operands.value[np.ix_(*taken)]


def tile(operands: Operands) -> Array:
    """The input, repeated along each axis."""
    return np.tile(operands.value, operands.options(options.TileAttributes).repetitions)


def gather(operands: Operands) -> Array:
    """Slices of the first input at the indices of the second; those outside are an error of the model."""
    values, indices = operands.values
    return np.take(values, indices, axis=operands.options(options.AxisAttributes).axis)


def depth_to_space(operands: Operands) -> Array:
    """Channels as blocks of pixels.

    Source: tensorflow/lite/kernels/internal/reference/depth_to_space.h.
    """
    block = operands.options(options.BlockAttributes).block
    batch, height, width, channels = operands.value.shape
    parted = operands.value.reshape(batch, height, width, block, block, channels // block**2)
    return parted.transpose(0, 1, 3, 2, 4, 5).reshape(batch, height * block, width * block, -1)


def shape(operands: Operands) -> Array:
    """Lengths of the input's axes."""
    return np.array(operands.inputs[0].shape, operands.output.dtype)


def cast(operands: Operands) -> Array:
    """The elements in another type."""
    return operands.value.astype(operands.output.dtype)
