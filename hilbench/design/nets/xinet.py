"""XiNet: convolutions with compression, a skip tensor that every block reads, and attention.

Source: Ancilotto, Paissan and Farella, "XiNet: Efficient Neural Networks for tinyML", ICCV 2023.
"""

from __future__ import annotations

from dataclasses import dataclass

from hilbench.design.nets.builder import NetworkBuilder
from hilbench.design.nets.network import Function, LayerSpec, NetworkSpec, Shape
from hilbench.errors import ModelError
from hilbench.tensors import Activation

_BASE = 16
"""Channels of the stem at alpha 1."""
_LAST_GAMMA = 4
"""Compression of the last two blocks, whatever that of the others."""


@dataclass(frozen=True)
class XiConv:
    """Options of a block.

    Attributes:
        channels: that it gives.
        kernel: side of the main convolution.
        gamma: channels that it gives for each that it compresses its input to.
        pool: side of the max pooling before the main convolution.
        attention: whether its output is multiplied with a map of its own.
        silu: whether its activation is SiLU, else ReLU6.
    """

    channels: int
    kernel: int = 3
    gamma: int = 4
    pool: int = 1
    attention: bool = True
    silu: bool = True

    def build(self, builder: NetworkBuilder, source: LayerSpec, skip: LayerSpec | None = None) -> LayerSpec:
        """Add the block behind `source`.

        Args:
            builder: takes its layers.
            source: its input.
            skip: tensor that goes past the blocks before, pooled to the size of `source` and added.
        """
        compressed = builder.conv(source, self.channels // self.gamma)
        if skip is not None:
            pooled = builder.resized_by_average(skip, *source.shape[:2])
            compressed = builder.add(compressed, builder.conv(pooled, self.channels // self.gamma))
        if self.pool > 1:
            compressed = builder.max_pool(compressed, self.pool)
        fused = Activation.NONE if self.silu else Activation.RELU6
        main = builder.conv(compressed, self.channels, self.kernel, norm=True, activation=fused)
        if self.silu:
            main = builder.function(main, Function.SILU)
        return self._attended(builder, main) if self.attention else main

    def _attended(self, builder: NetworkBuilder, main: LayerSpec) -> LayerSpec:
        narrow = builder.conv(main, self.channels // self.gamma // 2)
        logits = builder.conv(narrow, self.channels, 3)
        return builder.multiply(main, builder.function(logits, Function.SIGMOID))


@dataclass(frozen=True)
class XiNet:
    """Hyperparameters of a XiNet.

    Attributes:
        alpha: factor of all widths.
        gamma: compression of all blocks but the last two.
        beta: growth of the widths with depth; 1 for twice as many channels at half the resolution.
        levels: widths that there are; two less than these are poolings.
        classes: of the classifier; None for none.
        silu: whether activations are SiLU, else ReLU6.
        attention: whether blocks have attention, the last two excepted.
    """

    input: Shape = (160, 160, 3)
    alpha: float = 1.0
    gamma: int = 4
    beta: float = 1.0
    levels: int = 5
    classes: int | None = None
    silu: bool = True
    attention: bool = True

    def widths(self) -> list[int]:
        """Channels of each level."""
        last = max(1, self.levels - 1)
        growth = (1 + (self.beta - 1) * level / last for level in range(self.levels))
        return [int(_BASE * 2**level * self.alpha * factor) for level, factor in enumerate(growth)]

    def build(self) -> NetworkSpec:
        """The network: features, and a classifier where there are classes.

        Raises:
            ModelError: a block would have no channels, or an image no pixels.
        """
        builder = NetworkBuilder(f"xinet_a{self.alpha:g}_b{self.beta:g}_g{self.gamma}", self.input)
        end = self.features(builder)[-1]
        if self.classes is not None:
            end = builder.dense(builder.global_pool(end), self.classes)
        return builder.network([end])

    def features(self, builder: NetworkBuilder) -> list[LayerSpec]:
        """Add all blocks; the last layer of each resolution.

        Raises:
            ModelError: as `build` raises it.
        """
        if self.gamma < 2 or self.levels < 3:
            raise ModelError("A XiNet has a gamma of 2 at least, and 3 levels.")
        widths = self.widths()
        current = self._activated(
            builder,
            builder.conv(builder.input, int(_BASE * self.alpha), 7, 2, norm=True, activation=self._fused),
        )
        skip: LayerSpec | None = None
        found = [current]
        for width in widths[1:-1]:
            block = XiConv(width, gamma=self.gamma, pool=2, attention=self.attention, silu=self.silu)
            current = block.build(builder, current, skip)
            skip = skip or current
            block = XiConv(width, gamma=self.gamma, attention=self.attention, silu=self.silu)
            current = block.build(builder, current, skip)
            found.append(current)
        for _ in range(2):
            block = XiConv(widths[-1], gamma=_LAST_GAMMA, attention=False, silu=self.silu)
            current = block.build(builder, current, skip)
        return [*found[:-1], current]

    @property
    def _fused(self) -> Activation:
        return Activation.NONE if self.silu else Activation.RELU6

    def _activated(self, builder: NetworkBuilder, layer: LayerSpec) -> LayerSpec:
        return builder.function(layer, Function.SILU) if self.silu else layer
