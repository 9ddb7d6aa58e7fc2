"""Options of a network's operators, a type for each kind, in the terms of operator cases."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hilbench.tensors import Activation, Window2D

Axes = tuple[int, ...]
"""Axes from 0 on, or a number for each axis."""


@dataclass(frozen=True)
class Attributes:
    """Options of an operator that has none; base of those of all others."""


@dataclass(frozen=True)
class ConvolutionAttributes(Attributes):
    """Options of conv2d, depthwise_conv2d and transpose_conv2d."""

    window: Window2D
    groups: int = 1
    activation: Activation = Activation.NONE


@dataclass(frozen=True)
class FullyConnectedAttributes(Attributes):
    """Options of fully_connected.

    Attributes:
        keep_axes: whether all axes but the last one stay as they are; else the output is (batch, units).
        rounds_as_convolution: whether outputs are rounded as those of convolutions; else once, as by LiteRT.
    """

    activation: Activation = Activation.NONE
    keep_axes: bool = False
    rounds_as_convolution: bool = False

    @property
    def case_attributes(self) -> tuple[tuple[str, int], ...]:
        """Attributes of the operator case."""
        return (("rounds_as_convolution", 1),) if self.rounds_as_convolution else ()


@dataclass(frozen=True)
class PoolAttributes(Attributes):
    """Options of max_pool2d and average_pool2d."""

    window: Window2D
    activation: Activation = Activation.NONE


@dataclass(frozen=True)
class ActivationAttributes(Attributes):
    """Options of element-wise operators: add, sub, mul, div."""

    activation: Activation = Activation.NONE


@dataclass(frozen=True)
class AxisAttributes(Attributes):
    """Options of concat and gather."""

    axis: int


@dataclass(frozen=True)
class SplitAttributes(Attributes):
    """Options of split: a part for each of `sizes` along `axis`."""

    axis: int
    sizes: tuple[int, ...]


@dataclass(frozen=True)
class ReductionAttributes(Attributes):
    """Options of mean and reduce_max.

    Attributes:
        axes: in ascending order.
        keep_axes: whether they stay, of length 1.
    """

    axes: Axes
    keep_axes: bool


@dataclass(frozen=True)
class ReshapeAttributes(Attributes):
    """Options of reshape."""

    shape: tuple[int, ...]


@dataclass(frozen=True)
class TransposeAttributes(Attributes):
    """Options of transpose: axis i of the output is axis `permutation[i]` of the input."""

    permutation: Axes


@dataclass(frozen=True)
class PadAttributes(Attributes):
    """Options of pad: elements before and behind each axis.

    Attributes:
        value: they are filled with, as an element of the tensor; real zero where it is None.
    """

    before: Axes
    behind: Axes
    value: float | None = None


class MirrorMode(StrEnum):
    """Ways to mirror a tensor at its borders."""

    REFLECT = "reflect"
    """Without the outermost element."""
    SYMMETRIC = "symmetric"
    """With the outermost element."""


@dataclass(frozen=True)
class MirrorPadAttributes(Attributes):
    """Options of mirror_pad."""

    before: Axes
    behind: Axes
    mode: MirrorMode


@dataclass(frozen=True)
class SliceAttributes(Attributes):
    """Options of strided_slice: `begin`, `end` and `step` of each axis as Python's slices have them."""

    begin: Axes
    end: Axes
    step: Axes


@dataclass(frozen=True)
class TileAttributes(Attributes):
    """Options of tile: repetitions along each axis."""

    repetitions: Axes


@dataclass(frozen=True)
class ResizeAttributes(Attributes):
    """Options of resize_nearest and resize_bilinear.

    Source: TensorFlow, tf.compat.v1.image.resize.

    Attributes:
        size: height and width of the output.
        align_corners: whether the centers of the corner pixels of input and output coincide.
        half_pixel_centers: whether a pixel's center lies half a pixel from its edge.
    """

    size: tuple[int, int]
    align_corners: bool = False
    half_pixel_centers: bool = False


@dataclass(frozen=True)
class BlockAttributes(Attributes):
    """Options of depth_to_space: height and width of the block that channels become."""

    block: int


@dataclass(frozen=True)
class SoftmaxAttributes(Attributes):
    """Options of softmax: the factor of the exponent."""

    beta: float = 1.0


@dataclass(frozen=True)
class LeakyReluAttributes(Attributes):
    """Options of leaky_relu: the slope of negative values."""

    alpha: float


@dataclass(frozen=True)
class LstmAttributes(Attributes):
    """Options of lstm.

    Attributes:
        cell_clip: largest magnitude of the cell state; 0 for no limit.
        time_major: whether inputs are (time, batch, features) instead of (batch, time, features).
    """

    cell_clip: float = 0.0
    time_major: bool = False


@dataclass(frozen=True)
class SvdfAttributes(Attributes):
    """Options of svdf: filters summed into one unit, and the activation."""

    rank: int
    activation: Activation = Activation.NONE
