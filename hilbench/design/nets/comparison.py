"""Networks that others are compared with: MobileNetV2, ResNet, MCUNet-like, and a keyword DS-CNN."""

from __future__ import annotations

from dataclasses import dataclass

from hilbench.design.nets.builder import NetworkBuilder
from hilbench.design.nets.network import LayerSpec, NetworkSpec, Shape
from hilbench.tensors import Activation

_MOBILENET = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
"""Expansion, channels, blocks, and stride of the first of them.

Source: Sandler et al., "MobileNetV2", CVPR 2018, table 2.
"""
_MCUNET = (
    (1, 8, 3, 1),
    (4, 16, 7, 2),
    (4, 16, 3, 1),
    (5, 24, 5, 2),
    (4, 24, 5, 1),
    (5, 40, 7, 2),
    (4, 48, 5, 1),
    (5, 96, 5, 2),
)
"""Expansion, channels, kernel and stride of each block, in the manner of MCUNet (Lin et al., 2020)."""


@dataclass(frozen=True)
class MobileNetV2:
    """Hyperparameters of a MobileNetV2: factor of all widths, and classes."""

    input: Shape = (160, 160, 3)
    alpha: float = 0.35
    classes: int = 1000

    def build(self) -> NetworkSpec:
        """The network, a classifier.

        Raises:
            ModelError: an image would have no pixels.
        """
        builder = NetworkBuilder(f"mobilenetv2_a{self.alpha:g}", self.input)
        current = _conv(builder, builder.input, self._width(32), 3, 2)
        for expansion, channels, count, stride in _MOBILENET:
            for index in range(count):
                width = self._width(channels)
                current = inverted_residual(builder, current, width, expansion, stride=1 if index else stride)
        current = _conv(builder, current, max(1280, self._width(1280)), 1, 1)
        return _classified(builder, current, self.classes)

    def _width(self, channels: int) -> int:
        """The nearest multiple of 8 that is not less than nine tenths."""
        scaled = channels * self.alpha
        found = max(8, int(scaled + 4) // 8 * 8)
        return found if found >= 0.9 * scaled else found + 8


@dataclass(frozen=True)
class McuNetLike:
    """Hyperparameters of a network of inverted residuals with kernels of 3, 5 and 7."""

    input: Shape = (96, 96, 3)
    alpha: float = 1.0
    classes: int = 2

    def build(self) -> NetworkSpec:
        """The network, a classifier.

        Raises:
            ModelError: an image would have no pixels.
        """
        builder = NetworkBuilder(f"mcunet_a{self.alpha:g}", self.input)
        current = _conv(builder, builder.input, _scaled(16, self.alpha), 3, 2)
        for expansion, channels, kernel, stride in _MCUNET:
            width = _scaled(channels, self.alpha)
            current = inverted_residual(builder, current, width, expansion, kernel, stride)
        return _classified(builder, current, self.classes)


@dataclass(frozen=True)
class ResNet:
    """Hyperparameters of a residual network for small images in three stages, of one block in MLPerf Tiny."""

    input: Shape = (32, 32, 3)
    alpha: float = 1.0
    blocks: int = 1
    classes: int = 10

    def build(self) -> NetworkSpec:
        """The network, a classifier.

        Raises:
            ModelError: an image would have no pixels.
        """
        builder = NetworkBuilder(f"resnet{6 * self.blocks + 2}_a{self.alpha:g}", self.input)
        widths = [_scaled(width, self.alpha) for width in (16, 32, 64)]
        current = _conv(builder, builder.input, widths[0], 3, 1)
        for stage, width in enumerate(widths):
            for block in range(self.blocks):
                current = _residual(builder, current, width, 2 if stage and not block else 1)
        return _classified(builder, current, self.classes)


@dataclass(frozen=True)
class DsCnn:
    """Hyperparameters of a network of depthwise separable convolutions, as MLPerf Tiny has for keywords."""

    input: Shape = (49, 10, 1)
    alpha: float = 1.0
    blocks: int = 4
    classes: int = 12

    def build(self) -> NetworkSpec:
        """The network, a classifier.

        Raises:
            ModelError: an image would have no pixels.
        """
        builder = NetworkBuilder(f"dscnn_a{self.alpha:g}", self.input)
        width = _scaled(64, self.alpha)
        current = _conv(builder, builder.input, width, (10, 4), (2, 2))
        for _ in range(self.blocks):
            current = builder.depthwise(current, norm=True, activation=Activation.RELU)
            current = _conv(builder, current, width, 1, 1)
        return _classified(builder, current, self.classes)


def inverted_residual(
    builder: NetworkBuilder,
    source: LayerSpec,
    channels: int,
    expansion: int,
    kernel: int = 3,
    stride: int = 1,
) -> LayerSpec:
    """Add an inverted residual; one that does not expand begins with the depthwise convolution."""
    current = source
    if expansion > 1:
        current = builder.conv(source, source.shape[2] * expansion, norm=True, activation=Activation.RELU6)
    current = builder.depthwise(current, kernel, stride, norm=True, activation=Activation.RELU6)
    current = builder.conv(current, channels, norm=True)
    return builder.add(source, current) if current.shape == source.shape else current


def _residual(builder: NetworkBuilder, source: LayerSpec, channels: int, stride: int) -> LayerSpec:
    inner = builder.conv(source, channels, 3, stride, norm=True, activation=Activation.RELU)
    outer = builder.conv(inner, channels, 3, norm=True)
    straight = builder.conv(source, channels, 1, stride) if source.shape != outer.shape else source
    return builder.add(straight, outer, activation=Activation.RELU)


def _scaled(channels: int, alpha: float) -> int:
    """Channels by a factor, one at the least."""
    return max(1, int(channels * alpha))


def _conv(
    builder: NetworkBuilder,
    source: LayerSpec,
    channels: int,
    kernel: int | tuple[int, int],
    stride: int | tuple[int, int],
) -> LayerSpec:
    return builder.conv(source, channels, kernel, stride, norm=True, activation=Activation.RELU6)


def _classified(builder: NetworkBuilder, source: LayerSpec, classes: int) -> NetworkSpec:
    return builder.network([builder.dense(builder.global_pool(source), classes)])
