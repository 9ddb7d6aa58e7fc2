"""Descriptions under construction: each method adds a layer behind others, and its shape follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hilbench.design.nets.network import Function, Kind, LayerSpec, NetworkSpec, Shape
from hilbench.errors import ModelError
from hilbench.tensors import Activation, ExplicitPadding, Padding, Window2D


class NetworkBuilder:
    """Layers so far.

    Args:
        name: of the network.
        shape: of its input.
    """

    def __init__(self, name: str, shape: Shape) -> None:
        self._name = name
        self.input = LayerSpec("input", Kind.INPUT, (), shape, shape)
        self._layers = [self.input]
        self._pooled: dict[tuple[str, int, int], LayerSpec] = {}

    def conv(
        self,
        source: LayerSpec,
        channels: int,
        kernel: int | tuple[int, int] = 1,
        stride: int | tuple[int, int] = 1,
        *,
        groups: int = 1,
        padding: Padding = Padding.SAME,
        bias: bool = False,
        norm: bool = False,
        activation: Activation = Activation.NONE,
    ) -> LayerSpec:
        """A convolution.

        Raises:
            ModelError: there are no channels, or they do not divide into the groups.
        """
        if channels < 1 or source.shape[2] % groups or channels % groups:
            raise ModelError(
                f"{self._name}: a convolution from {source.shape[2]} to {channels} channels in {groups} "
                "groups does not exist; take a greater width."
            )
        window = Window2D(_pair(kernel), _pair(stride), padding=padding)
        return self._slid(
            Kind.CONV, source, window, channels, groups=groups, bias=bias, norm=norm, activation=activation
        )

    def depthwise(
        self,
        source: LayerSpec,
        kernel: int | tuple[int, int] = 3,
        stride: int | tuple[int, int] = 1,
        *,
        padding: Padding | ExplicitPadding = Padding.SAME,
        bias: bool = False,
        norm: bool = False,
        activation: Activation = Activation.NONE,
    ) -> LayerSpec:
        """A depthwise convolution."""
        window = Window2D(_pair(kernel), _pair(stride), padding=padding)
        channels = source.shape[2]
        return self._slid(
            Kind.DEPTHWISE,
            source,
            window,
            channels,
            groups=channels,
            bias=bias,
            norm=norm,
            activation=activation,
        )

    def dense(self, source: LayerSpec, units: int, *, activation: Activation = Activation.NONE) -> LayerSpec:
        """A fully connected layer with a bias, over all elements of an input."""
        return self._add(Kind.DENSE, (source,), (1, 1, units), bias=True, activation=activation)

    def max_pool(self, source: LayerSpec, size: int) -> LayerSpec:
        """A max pooling of windows side by side; rows and columns that are left over are dropped."""
        window = Window2D((size, size), (size, size), padding=Padding.VALID)
        return self._slid(Kind.MAX_POOL, source, window, source.shape[2])

    def resized_by_average(self, source: LayerSpec, height: int, width: int) -> LayerSpec:
        """An average pooling down to a height and width, once for each; the input itself where it has them.

        Windows are all of one size, which is that of adaptive pooling where the lengths divide.
        """
        if source.shape[:2] == (height, width):
            return source
        key = source.name, height, width
        if key not in self._pooled:
            self._pooled[key] = self._averaged(source, height, width)
        return self._pooled[key]

    def _averaged(self, source: LayerSpec, height: int, width: int) -> LayerSpec:
        strides = source.shape[0] // height, source.shape[1] // width
        kernel = source.shape[0] - (height - 1) * strides[0], source.shape[1] - (width - 1) * strides[1]
        window = Window2D(kernel, strides, padding=Padding.VALID)
        return self._slid(Kind.AVERAGE_POOL, source, window, source.shape[2])

    def global_pool(self, source: LayerSpec) -> LayerSpec:
        """The mean of each channel."""
        return self._add(Kind.GLOBAL_POOL, (source,), (1, 1, source.shape[2]))

    def upsample(self, source: LayerSpec, factor: int = 2) -> LayerSpec:
        """Each pixel repeated along both axes."""
        height, width, channels = source.shape
        return self._add(
            Kind.UPSAMPLE,
            (source,),
            (height * factor, width * factor, channels),
            window=Window2D(stride=(factor, factor)),
        )

    def add(self, *sources: LayerSpec, activation: Activation = Activation.NONE) -> LayerSpec:
        """The sum of two layers of one shape."""
        return self._add(Kind.ADD, sources, sources[0].shape, activation=activation)

    def multiply(self, source: LayerSpec, factor: LayerSpec) -> LayerSpec:
        """The product of two layers, of which the second may have one pixel."""
        return self._add(Kind.MULTIPLY, (source, factor), source.shape)

    def concat(self, *sources: LayerSpec) -> LayerSpec:
        """Channels of several layers, one behind the other."""
        channels = sum(source.shape[2] for source in sources)
        return self._add(Kind.CONCAT, sources, (*sources[0].shape[:2], channels))

    def shuffle(self, source: LayerSpec, groups: int) -> LayerSpec:
        """Channels of several groups, interleaved (ShuffleNet)."""
        return self._add(Kind.SHUFFLE, (source,), source.shape, groups=groups)

    def function(self, source: LayerSpec, function: Function) -> LayerSpec:
        """A function of each element."""
        return self._add(Kind.FUNCTION, (source,), source.shape, function=function)

    def network(self, outputs: Sequence[LayerSpec]) -> NetworkSpec:
        """The network of all layers so far."""
        return NetworkSpec(self._name, tuple(self._layers), tuple(layer.name for layer in outputs))

    def _slid(
        self, kind: Kind, source: LayerSpec, window: Window2D, channels: int, **options: object
    ) -> LayerSpec:
        height, width = window.vertical(source.shape[0]).output, window.horizontal(source.shape[1]).output
        if min(height, width) < 1:
            raise ModelError(
                f"{self._name}: a window of {window.kernel[0]}x{window.kernel[1]} is larger than its input "
                f"of {source.shape[0]}x{source.shape[1]}; take a larger input or fewer layers."
            )
        return self._add(kind, (source,), (height, width, channels), window=window, **options)

    def _add(self, kind: Kind, sources: Sequence[LayerSpec], shape: Shape, **options: object) -> LayerSpec:
        names = tuple(each.name for each in sources)
        layer = LayerSpec(f"{kind}_{len(self._layers)}", kind, names, shape, sources[0].shape)
        layer = replace(layer, **options)  # type: ignore[arg-type]
        self._layers.append(layer)
        return layer


def _pair(value: int | tuple[int, int]) -> tuple[int, int]:
    return value if isinstance(value, tuple) else (value, value)
