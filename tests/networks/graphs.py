"""Small graphs for tests."""

from __future__ import annotations

import numpy as np

from hilbench.networks import Graph, Node, Tensor
from hilbench.networks.attributes import ConvolutionAttributes
from hilbench.networks.graph import by_name
from hilbench.tensors import Array, ElementType, Padding, Quantization, TensorSpec, Window2D


def activation(name: str, *shape: int, scale: float = 0.5, zero_point: int = 0) -> Tensor:
    """An int8 tensor without data."""
    return Tensor(name, TensorSpec(shape), Quantization(np.array([scale]), zero_point))


def constant(name: str, data: Array, scale: float | Array = 0.25, axis: int = 0) -> Tensor:
    """A constant with data."""
    spec = TensorSpec(data.shape, ElementType(data.dtype.name))
    return Tensor(name, spec, Quantization(np.atleast_1d(scale)), axis, data)


def pointwise(channels: int = 2, units: int = 3) -> Graph:
    """A convolution of 1x1 over an image of 4x4."""
    rng = np.random.default_rng(1)
    weights = rng.integers(-127, 128, (units, 1, 1, channels), np.int8)
    tensors = (
        activation("input", 1, 4, 4, channels),
        constant("weights", weights),
        constant("bias", np.arange(units, dtype=np.int32)),
        activation("output", 1, 4, 4, units),
    )
    window = Window2D(padding=Padding.VALID)
    node = Node("conv2d", ("input", "weights", "bias"), ("output",), ConvolutionAttributes(window))
    return Graph("pointwise", by_name(tensors), (node,), ("input",), ("output",))
