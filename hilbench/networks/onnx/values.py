"""Values of an ONNX graph: tensors, and quantized ones that the file speaks of as real numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from hilbench.networks.attributes import Attributes
from hilbench.networks.builder import GraphBuilder, Unsupported
from hilbench.networks.graph import Tensor
from hilbench.tensors import Activation, Array, ElementType, Quantization, TensorSpec

UINT8_SHIFT = 128
"""Distance from uint8 to int8, which all quantized activations become."""


@dataclass(frozen=True)
class Value:
    """A tensor of the graph.

    Attributes:
        is_real: whether the file means the real numbers that its integers stand for (DequantizeLinear).
    """

    tensor: Tensor
    is_real: bool = False


@dataclass(frozen=True)
class Target:
    """Quantized values that an operator's real outputs become at once, behind an activation.

    Attributes:
        name: of the quantized value.
        skipped: outputs of the nodes that are done with it.
    """

    name: str
    quantization: Quantization
    activation: Activation
    skipped: tuple[str, ...]


def shifted(quantization: Quantization, dtype: np.dtype[Any]) -> Quantization:
    """The quantization of the int8 that stands for a uint8."""
    if dtype == np.uint8:
        return replace(quantization, zero_point=quantization.zero_point - UINT8_SHIFT)
    return quantization


def as_int8(data: Array) -> Array:
    """Int8 in place of uint8."""
    return (data.astype(np.int16) - UINT8_SHIFT).astype(np.int8) if data.dtype == np.uint8 else data


def dequantized(builder: GraphBuilder, value: Value, index: int) -> Tensor:
    """Float32 in place of a value; constants are computed with a scale for each channel."""
    tensor = builder.current(value.tensor.name)
    if not value.is_real:
        return tensor
    if tensor.data is not None:
        shape = [1] * len(tensor.shape)
        if tensor.quantization.scale.size > 1:
            shape[tensor.channel_axis] = -1
        steps = tensor.data.astype(np.float64) - tensor.quantization.zero_point
        real = (steps * tensor.quantization.scale.reshape(shape)).astype(np.float32)
        return builder.constant(f"{tensor.name}_real", real)
    spec = TensorSpec(tensor.shape, ElementType.FLOAT32)
    output = builder.add(Tensor(f"{tensor.name}_real", spec))
    builder.emit("dequantize", (tensor,), (output,), Attributes(), index)
    return builder.current(output.name)


def quantization_of(scale: Array, zero_point: Array) -> Quantization:
    """The quantization that scale and zero point of an operator name.

    Raises:
        Unsupported: zero points differ.
    """
    points = set(zero_point.ravel().tolist()) or {0}
    if len(points) > 1:
        raise Unsupported("its zero points differ by channel")
    return Quantization(np.atleast_1d(scale).ravel().astype(np.float64), int(points.pop()))


def following(nodes: Sequence[Any], name: str, outputs: frozenset[str]) -> Iterator[Any]:
    """Nodes behind a value, one after another, as long as nothing else reads what lies between them."""
    while name not in outputs:
        readers = [node for node in nodes if name in node.input]
        if len(readers) != 1 or readers[0].input[0] != name:
            return
        yield readers[0]
        name = readers[0].output[0]
