"""Random int8 networks, many of whose channels are dead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from hilbench.networks import Graph, Tensor
from hilbench.networks.attributes import (
    ActivationAttributes,
    Attributes,
    AxisAttributes,
    ConvolutionAttributes,
    FullyConnectedAttributes,
    PadAttributes,
    PoolAttributes,
    ReductionAttributes,
    ReshapeAttributes,
    ResizeAttributes,
    TransposeAttributes,
)
from hilbench.networks.builder import GraphBuilder
from hilbench.tensors import Activation, Array, ElementType, Padding, Quantization, TensorSpec, Window2D


@dataclass
class RandomNetwork:
    """A graph under construction; each method adds an operator behind `last`."""

    seed: int
    rng: np.random.Generator = field(init=False)
    builder: GraphBuilder = field(default_factory=lambda: GraphBuilder("random"))
    last: Tensor = field(init=False)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        shape = (1, *(int(length) for length in self.rng.integers(1, 7, 3)))
        self.source = self.last = self.builder.add(self.activation(shape))

    def activation(self, shape: Sequence[int], like: Tensor | None = None) -> Tensor:
        scale = self.rng.uniform(0.02, 0.2, (1,)).astype(np.float32).astype(np.float64)
        quantization = Quantization(scale, int(self.rng.integers(-128, 128)))
        if like is not None:
            quantization = like.quantization
        elif self.rng.random() < 0.5:
            quantization = Quantization(quantization.scale, -128)
        return Tensor("t", TensorSpec(tuple(shape)), quantization)

    def constant(self, data: Array, scale: float | Array | None = None, axis: int = 0) -> Tensor:
        quantization = Quantization() if scale is None else Quantization(np.atleast_1d(np.float64(scale)))
        spec = TensorSpec(data.shape, ElementType(data.dtype.name))
        return self.builder.add(Tensor("constant", spec, quantization, axis, data))

    def emit(
        self, operator: str, attributes: Attributes, *others: Tensor, like: Tensor | None = None
    ) -> None:
        output = self.builder.add(self.activation((1,), like))
        self.builder.emit(operator, (self.last, *others), (output,), attributes, 0)
        self.last = self.builder.current(output.name)

    def weights(self, shape: tuple[int, ...], units: int, axis: int) -> tuple[Tensor, Tensor]:
        """Weights and a bias that makes about half of all channels constant."""
        filters = self.rng.integers(-20, 21, shape).astype(np.int8)
        spread = 20 * 128 * np.sqrt(np.prod(shape) / units)
        bias = (self.rng.choice([-20, 0, 20], units) * spread).astype(np.int32)
        scales = self.rng.uniform(0.005, 0.02, (units,)).astype(np.float32)
        return self.constant(filters, scales, axis), self.constant(bias)

    def fused(self) -> Activation:
        return list(Activation)[int(self.rng.integers(3))]

    def convolution(self) -> None:
        units, channels = int(self.rng.integers(1, 7)), self.last.shape[3]
        attributes = ConvolutionAttributes(self.window(), 1, self.fused())
        weights = self.weights((units, *attributes.window.kernel, channels), units, 0)
        self.emit("conv2d", attributes, *weights)

    def depthwise(self) -> None:
        channels = self.last.shape[3]
        units = channels * int(self.rng.integers(1, 3))
        attributes = ConvolutionAttributes(self.window(), channels, self.fused())
        self.emit(
            "depthwise_conv2d", attributes, *self.weights((1, *attributes.window.kernel, units), units, 3)
        )

    def window(self) -> Window2D:
        kernel = self.rng.choice([1, 1, 3], 2).tolist()
        stride = self.rng.choice([1, 1, 2], 2).tolist()
        fits = kernel[0] <= self.last.shape[1] and kernel[1] <= self.last.shape[2]
        padding = Padding.VALID if fits and self.rng.random() < 0.4 else Padding.SAME
        return Window2D((kernel[0], kernel[1]), (stride[0], stride[1]), (1, 1), padding)

    def pad(self) -> None:
        before, behind = ((0, *(int(side) for side in self.rng.integers(0, 2, 2)), 0) for _ in range(2))
        self.emit("pad", PadAttributes(before, behind), like=self.last)

    def relu(self) -> None:
        like = self.last if self.rng.random() < 0.7 else None
        self.emit("relu" if self.rng.random() < 0.5 else "relu6", Attributes(), like=like)

    def pool(self) -> None:
        operator = "max_pool2d" if self.rng.random() < 0.5 else "average_pool2d"
        attributes = PoolAttributes(Window2D((2, 2), (2, 2), (1, 1), Padding.SAME), self.fused())
        self.emit(operator, attributes, like=self.last)

    def upsample(self) -> None:
        size = self.last.shape[1] * 2, self.last.shape[2] * 2
        self.emit("resize_nearest", ResizeAttributes(size), like=self.last)

    def residual(self) -> None:
        """Add a 1x1 convolution of the last tensor to it."""
        before, channels = self.last, self.last.shape[3]
        attributes = ConvolutionAttributes(Window2D(), 1, Activation.RELU)
        self.emit("conv2d", attributes, *self.weights((channels, 1, 1, channels), channels, 0))
        operator = str(self.rng.choice(["add", "sub", "mul"]))
        self.emit(operator, ActivationAttributes(self.fused()), before)

    def branch(self) -> None:
        """Join the last tensor and its 1x1 convolution."""
        before, units, channels = self.last, int(self.rng.integers(1, 5)), self.last.shape[3]
        attributes = ConvolutionAttributes(Window2D(), 1, Activation.RELU)
        output = self.builder.add(self.activation((1,), before))
        operands = (before, *self.weights((units, 1, 1, channels), units, 0))
        self.builder.emit("conv2d", operands, (output,), attributes, 0)
        self.emit("concat", AxisAttributes(3), self.builder.current(output.name), like=before)

    def scaled(self) -> None:
        factors = self.rng.integers(-128, 128, self.last.shape[3:]).astype(np.int8)
        self.emit("mul", ActivationAttributes(), self.constant(factors, 0.01))

    def channels_first(self) -> None:
        """Apply an activation to the transposed tensor, as networks exported from PyTorch do."""
        self.emit("transpose", TransposeAttributes((0, 3, 1, 2)), like=self.last)
        self.relu()
        self.emit("transpose", TransposeAttributes((0, 2, 3, 1)), like=self.last)

    def requantize(self) -> None:
        self.emit("quantize", Attributes(), like=self.last if self.rng.random() < 0.3 else None)

    def head(self) -> None:
        """Flatten or average all pixels, and connect them."""
        if self.rng.random() < 0.5:
            self.emit("mean", ReductionAttributes((1, 2), keep_axes=False))
        else:
            self.emit("reshape", ReshapeAttributes((1, self.last.spec.elements)), like=self.last)
        operands = self.weights((3, self.last.shape[-1]), 3, 0)
        self.emit("fully_connected", FullyConnectedAttributes(), *operands)

    def graph(self, length: int) -> Graph:
        """The network of so many random operators and a head."""
        steps: Sequence[Callable[[], None]] = (
            self.convolution,
            self.convolution,
            self.depthwise,
            self.depthwise,
            self.pad,
            self.relu,
            self.pool,
            self.upsample,
            self.residual,
            self.branch,
            self.scaled,
            self.channels_first,
            self.requantize,
        )
        for _ in range(length):
            steps[int(self.rng.integers(len(steps)))]()
        self.head()
        return self.builder.graph([self.source.name], [self.last.name])
