"""The style-transfer network: an encoder-decoder of XiConv blocks around residual blocks."""

from __future__ import annotations

from dataclasses import dataclass

from hilbench.design.nets.builder import NetworkBuilder
from hilbench.design.nets.network import Function, LayerSpec, NetworkSpec, Shape
from hilbench.design.nets.xinet import XiConv
from hilbench.tensors import Activation

_RESIDUALS = 5


@dataclass(frozen=True)
class StyleNet:
    """Hyperparameters of a style-transfer network.

    Attributes:
        input: height and width are multiples of 4, of 8 where it is lite; one pixel each of input and output.
        alpha: factor of all widths.
        beta: further factor of the width of the residual blocks.
        gamma: compression of the XiConv blocks.
        lite: whether the blocks between see half the resolution, and the first and last kernels are smaller.
    """

    input: Shape = (160, 160, 3)
    alpha: float = 1.0
    beta: float = 1.0
    gamma: int = 4
    lite: bool = False

    def build(self) -> NetworkSpec:
        """The network, from an image to an image.

        Raises:
            ModelError: a block would have no channels, or an image no pixels.
        """
        name = f"style_a{self.alpha:g}_b{self.beta:g}_g{self.gamma}{'_lite' if self.lite else ''}"
        builder = NetworkBuilder(name, self.input)
        current = self._encoder(builder)
        for _ in range(_RESIDUALS):
            current = self._residual(builder, current)
        return builder.network([self._decoder(builder, current)])

    def _encoder(self, builder: NetworkBuilder) -> LayerSpec:
        first = self._block(16, 3, 2) if self.lite else self._block(16, 9, 1)
        current = first.build(builder, builder.input)
        current = self._block(64, 3, 2).build(builder, current)
        return self._block(128 * self.beta, 3, 2).build(builder, current)

    def _residual(self, builder: NetworkBuilder, source: LayerSpec) -> LayerSpec:
        width = source.shape[2]
        inner = builder.conv(source, width, 3, bias=True, norm=True, activation=Activation.RELU6)
        return builder.add(source, builder.conv(inner, width, 3, bias=True, norm=True))

    def _decoder(self, builder: NetworkBuilder, source: LayerSpec) -> LayerSpec:
        current = self._block(64).build(builder, builder.upsample(source))
        current = self._block(32).build(builder, builder.upsample(current))
        current = builder.upsample(current) if self.lite else current
        current = self._block(16).build(builder, current)
        logits = builder.conv(current, builder.input.shape[2], 5 if self.lite else 9, bias=True)
        return builder.function(logits, Function.SIGMOID)

    def _block(self, channels: float, kernel: int = 3, pool: int = 1) -> XiConv:
        width = int(channels * self.alpha)
        return XiConv(width, kernel, self.gamma, pool, attention=False, silu=False)
