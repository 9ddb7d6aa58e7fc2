"""The description of a network: layers and the shapes that they give, without any weights."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from hilbench.tensors import POINT, Activation, Window2D

Shape = tuple[int, int, int]
"""Height, width and channels."""


class Kind(StrEnum):
    """Kinds of layers."""

    INPUT = "input"
    CONV = "conv"
    DEPTHWISE = "depthwise"
    DENSE = "dense"
    MAX_POOL = "max_pool"
    AVERAGE_POOL = "average_pool"
    GLOBAL_POOL = "global_pool"
    UPSAMPLE = "upsample"
    ADD = "add"
    MULTIPLY = "multiply"
    CONCAT = "concat"
    SHUFFLE = "shuffle"
    FUNCTION = "function"


class Function(StrEnum):
    """Functions of each element by itself, and the softmax."""

    SIGMOID = "sigmoid"
    SILU = "silu"
    HARD_SWISH = "hard_swish"
    SOFTMAX = "softmax"


@dataclass(frozen=True)
class LayerSpec:
    """A layer of a network.

    Attributes:
        inputs: names of the layers that it reads.
        shape: of what it gives.
        source: shape of its first input; its own where it has none.
        window: of convolutions and poolings; of UPSAMPLE the stride is the factor.
        groups: of a convolution; of SHUFFLE the number of groups whose channels are interleaved.
        bias: whether a layer with weights has one.
        norm: whether a batch normalization follows, which a deployed network has in weights and bias.
        activation: that a deployed network fuses.
        function: of FUNCTION alone.
    """

    name: str
    kind: Kind
    inputs: tuple[str, ...]
    shape: Shape
    source: Shape = (1, 1, 1)
    window: Window2D = POINT
    groups: int = 1
    bias: bool = False
    norm: bool = False
    activation: Activation = Activation.NONE
    function: Function | None = None

    @property
    def elements(self) -> int:
        """Elements of what it gives, which are bytes in int8."""
        return math.prod(self.shape)

    @property
    def weights(self) -> int:
        """Weights without bias and normalization."""
        if self.kind is Kind.CONV:
            return math.prod(self.window.kernel) * (self.source[2] // self.groups) * self.shape[2]
        if self.kind is Kind.DEPTHWISE:
            return math.prod(self.window.kernel) * self.shape[2]
        return math.prod(self.source) * self.shape[2] if self.kind is Kind.DENSE else 0

    @property
    def parameters(self) -> int:
        """Trainable parameters: weights, bias, and two a channel of a batch normalization."""
        return self.weights + self.shape[2] * (self.bias + 2 * self.norm)

    @property
    def macs(self) -> int:
        """Multiply-accumulates of convolutions and dense layers, padding counted as data."""
        return self.shape[0] * self.shape[1] * self.weights

    @property
    def constant_bytes(self) -> int:
        """Bytes in flash of int8 weights and an int32 bias a channel, which holds a normalization too."""
        return self.weights + 4 * self.shape[2] if self.weights else 0


@dataclass(frozen=True)
class NetworkSpec:
    """A network: layers in an order in which they can run.

    Attributes:
        outputs: names of the layers whose results are taken out.
    """

    name: str
    layers: tuple[LayerSpec, ...]
    outputs: tuple[str, ...]

    @cached_property
    def by_name(self) -> Mapping[str, LayerSpec]:
        """Layers by their names."""
        return {layer.name: layer for layer in self.layers}

    @property
    def input(self) -> Shape:
        """Shape of the image that is put in."""
        return self.layers[0].shape

    @property
    def parameters(self) -> int:
        """Trainable parameters."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def macs(self) -> int:
        """Multiply-accumulates of one run."""
        return sum(layer.macs for layer in self.layers)

    @property
    def constant_bytes(self) -> int:
        """Bytes of weights and biases of the network in int8."""
        return sum(layer.constant_bytes for layer in self.layers)
