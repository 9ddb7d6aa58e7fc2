"""PhiNet: inverted residuals whose expansion and widths scale with three hyperparameters.

Source: Paissan, Ancilotto and Farella, "PhiNets: A Scalable Backbone for Low-power AI at the Edge", ACM
Transactions on Embedded Computing Systems 21 (2022).
"""

from __future__ import annotations

from dataclasses import dataclass

from hilbench.design.nets.builder import NetworkBuilder
from hilbench.design.nets.network import Function, LayerSpec, NetworkSpec, Shape
from hilbench.tensors import Activation, ExplicitPadding, Padding

_WIDTHS = (48, 24, 48)
"""Channels at alpha 1 of the stem, of the first blocks, and of those behind them."""
_SQUEEZE = 6
"""Channels of a block for each of its squeeze-and-excitation."""


@dataclass(frozen=True)
class PhiNet:
    """Hyperparameters of a PhiNet.

    Attributes:
        alpha: factor of all widths.
        beta: expansion of the last block in that of the first.
        t_zero: expansion of the first block.
        blocks: behind the first one.
        divisor: widths are multiples of it.
        downsampling: blocks behind the fourth with a stride of 2 and twice as many channels.
        large_kernels: share of the blocks, from the end, with 5x5 kernels.
        squeeze: whether blocks have squeeze-and-excitation.
        swish: whether activations are h-swish, else ReLU6.
        classes: of the classifier; None for none.
    """

    input: Shape = (160, 160, 3)
    alpha: float = 0.2
    beta: float = 1.0
    t_zero: float = 6.0
    blocks: int = 7
    divisor: int = 1
    downsampling: tuple[int, ...] = (5, 7)
    large_kernels: float = 0.0
    squeeze: bool = True
    swish: bool = True
    classes: int | None = None

    def build(self) -> NetworkSpec:
        """The network: features, and a classifier where there are classes.

        Raises:
            ModelError: a block would have no channels, or an image no pixels.
        """
        builder = NetworkBuilder(f"phinet_a{self.alpha:g}_b{self.beta:g}_t{self.t_zero:g}", self.input)
        end = self.features(builder)[-1]
        if self.classes is not None:
            end = builder.conv(builder.global_pool(end), self.classes, bias=True)
        return builder.network([end])

    def features(self, builder: NetworkBuilder) -> list[LayerSpec]:
        """Add all blocks; what each resolution ends with.

        Raises:
            ModelError: as `build` raises it.
        """
        stem, first, second = (self._width(width) for width in _WIDTHS)
        current = builder.depthwise(builder.input, 3, 2)
        current = self._activated(builder, builder.conv(current, stem, norm=True, activation=self._fused))
        current = self._block(builder, current, 0, first, 1)
        found: list[LayerSpec] = []
        current, width = self._blocks(builder, current, found, (first, first, second))
        for index in range(4, self.blocks + 1):
            down = index in self.downsampling
            width *= 2 if down else 1
            if down:
                found.append(current)
            current = self._block(builder, current, index, self._width(width), 1 + down)
        return [*found, current]

    def _blocks(
        self, builder: NetworkBuilder, current: LayerSpec, found: list[LayerSpec], widths: tuple[int, ...]
    ) -> tuple[LayerSpec, int]:
        """Add blocks 1 to 3, of which the outer two halve the resolution; the last, and the next width."""
        for index, (width, stride) in enumerate(zip(widths, (2, 1, 2), strict=True), 1):
            if stride > 1:
                found.append(current)
            current = self._block(builder, current, index, width, stride)
        return current, _WIDTHS[2]

    def _expansion(self, index: int) -> float:
        """Expansion of a block, from `t_zero` to `t_zero` beta."""
        count = self.blocks  # in the order of the source: other roundings give other widths
        return (self.t_zero * self.beta) * index / count + self.t_zero * (count - index) / count

    def _block(
        self, builder: NetworkBuilder, source: LayerSpec, index: int, channels: int, stride: int
    ) -> LayerSpec:
        """An inverted residual; the first of all neither expands nor squeezes."""
        current = source
        if index:
            expanded = self._divisible(int(self._expansion(index) * source.shape[2]))
            current = self._activated(
                builder, builder.conv(source, expanded, norm=True, activation=self._fused)
            )
        current = self._activated(builder, self._depthwise(builder, current, index, stride))
        if index and self.squeeze:
            current = self._squeezed(builder, current)
        current = builder.conv(current, channels, norm=True)
        return builder.add(source, current) if source.shape == current.shape else current

    def _depthwise(self, builder: NetworkBuilder, source: LayerSpec, index: int, stride: int) -> LayerSpec:
        large = index > 0 and index / self.blocks > 1 - self.large_kernels
        padding: Padding | ExplicitPadding = Padding.SAME
        if large and stride > 1:  # the reference implementation pads these as if they were 3x3
            height, width, _ = source.shape
            padding = ExplicitPadding(height % 2, width % 2, 1, 1)
        return builder.depthwise(
            source, 5 if large else 3, stride, padding=padding, norm=True, activation=self._fused
        )

    def _squeezed(self, builder: NetworkBuilder, source: LayerSpec) -> LayerSpec:
        narrow = self._divisible(max(1, int(source.shape[2] / _SQUEEZE)))
        reduced = builder.conv(builder.global_pool(source), narrow, activation=self._fused)
        logits = builder.conv(self._activated(builder, reduced), source.shape[2])
        return builder.multiply(source, builder.function(logits, Function.SIGMOID))

    def _width(self, width: int) -> int:
        return self._divisible(int(width * self.alpha))

    def _divisible(self, value: int) -> int:
        """The nearest multiple of the divisor that is not less than nine tenths of `value`."""
        divisor = self.divisor
        found = max(divisor, int(value + divisor / 2) // divisor * divisor)
        return found if found >= 0.9 * value else found + divisor

    @property
    def _fused(self) -> Activation:
        return Activation.NONE if self.swish else Activation.RELU6

    def _activated(self, builder: NetworkBuilder, layer: LayerSpec) -> LayerSpec:
        return builder.function(layer, Function.HARD_SWISH) if self.swish else layer
