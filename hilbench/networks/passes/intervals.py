"""Bounds of each channel of each int8 tensor, by interval arithmetic in exact integers.

Everything is computed by the operators' own arithmetic: what they do is monotone, so that the ends of an
interval go to the ends of the interval behind the operator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from hilbench.networks.attributes import ConvolutionAttributes
from hilbench.networks.evaluation import evaluate
from hilbench.networks.graph import Graph, Node, Tensor
from hilbench.tensors import POINT, Array, ElementType, TensorSpec, Window

Integers = NDArray[np.int64]

_WEIGHTED = frozenset({"conv2d", "depthwise_conv2d", "fully_connected"})
_UNARY = frozenset({"relu", "relu6", "leaky_relu", "hard_swish", "sigmoid", "tanh", "rsqrt", "quantize"})
"""Functions of one element, which need not be monotone."""
_BINARY = frozenset({"add", "sub", "mul", "maximum", "minimum"})
"""Operators that are monotone in each operand, whichever way."""
_RISING = frozenset(
    {"max_pool2d", "average_pool2d", "mean", "reduce_max", "resize_nearest", "resize_bilinear", "concat"}
    | {"split", "reshape", "transpose", "pad", "mirror_pad", "strided_slice", "tile", "depth_to_space"}
)
"""Operators whose outputs do not fall where inputs rise."""
_INT32_MAX = 2**31 - 1
_BYTES = np.arange(-128, 128)


@dataclass(frozen=True)
class Interval:
    """Least and greatest element of each channel, the last axis; both ends are attained or beyond."""

    lowest: Integers
    highest: Integers

    @classmethod
    def full(cls, channels: int) -> Interval:
        """All of int8."""
        return cls(np.full(channels, -128), np.full(channels, 127))

    @classmethod
    def of(cls, *arrays: Array) -> Interval:
        """The elements of arrays of one shape."""
        rows = [array.reshape(-1, array.shape[-1] if array.ndim else 1).astype(np.int64) for array in arrays]
        joined = np.concatenate(rows)
        return cls(joined.min(axis=0), joined.max(axis=0))

    @property
    def constant(self) -> NDArray[np.bool_]:
        """Whether each channel has one value only, which is `lowest`."""
        fixed: NDArray[np.bool_] = self.lowest == self.highest
        return fixed


def channel_intervals(graph: Graph) -> Mapping[str, Interval]:
    """The interval of each int8 tensor by its name."""
    intervals: dict[str, Interval] = {}
    for name, tensor in graph.tensors.items():
        if tensor.dtype is ElementType.INT8 and tensor.data is not None:
            intervals[name] = Interval.of(tensor.data)
        elif tensor.dtype is ElementType.INT8:
            intervals[name] = Interval.full(tensor.shape[-1] if tensor.shape else 1)
    for node in graph.nodes:
        outputs = graph.outputs_of(node)
        activations = graph.inputs_of(node)[: 1 if node.operator in _WEIGHTED else None]
        if all(tensor.name in intervals for tensor in (*activations, *outputs)):
            found = _behind(graph, node, [intervals[tensor.name] for tensor in activations])
            intervals |= zip(node.outputs, found, strict=True) if found else ()
    return intervals


def _behind(graph: Graph, node: Node, sources: Sequence[Interval]) -> Sequence[Interval]:
    """Intervals of the outputs of a node; none where nothing is known of it."""
    if node.operator in _WEIGHTED:
        return [_weighted(graph, node, sources[0])]
    inputs, outputs = graph.inputs_of(node), graph.outputs_of(node)
    if node.operator in _UNARY:
        (table,) = evaluate(node, inputs, outputs, [_BYTES.astype(np.int8).reshape(1, 1, 1, -1)])
        reached = (sources[0].lowest[:, None] <= _BYTES) & (sources[0].highest[:, None] >= _BYTES)
        values = table.reshape(-1).astype(np.int64)
        lowest, highest = (
            np.where(reached, values, 127).min(axis=1),
            np.where(reached, values, -128).max(axis=1),
        )
        return [Interval(lowest, highest)]
    if node.operator in _BINARY:
        ends = product(*((each.lowest, each.highest) for each in sources))
        corners = [evaluate(node, inputs, outputs, [end.astype(np.int8) for end in pair])[0] for pair in ends]
        return [Interval.of(*corners)]
    if node.operator in _RISING:
        lowest = [_spread(each.lowest, tensor) for each, tensor in zip(sources, inputs, strict=True)]
        highest = [_spread(each.highest, tensor) for each, tensor in zip(sources, inputs, strict=True)]
        images = evaluate(node, inputs, outputs, lowest), evaluate(node, inputs, outputs, highest)
        return [Interval.of(*ends) for ends in zip(*images, strict=True)]
    return []


def _spread(channels: Integers, tensor: Tensor) -> Array:
    """An element for each channel, everywhere in a tensor's shape."""
    return np.broadcast_to(channels.astype(np.int8), tensor.shape)


def _weighted(graph: Graph, node: Node, source: Interval) -> Interval:
    """The interval behind a convolution or a fully connected layer."""
    image, weights, bias = graph.inputs_of(node)
    filters = filters_by_channel(node, weights, source.lowest.size)
    if filters is None or bias.data is None:
        return Interval.full(graph.tensors[node.outputs[0]].shape[-1])
    lowest, highest = tap_bounds(node, image, source)
    if node.operator == "depthwise_conv2d":
        owners = np.arange(bias.data.size) // (bias.data.size // source.lowest.size)
        lowest, highest = (each[:, owners].T[:, :, np.newaxis] for each in (lowest, highest))
    ends = filters * lowest, filters * highest
    sums = [bias.data + np.minimum(*ends).sum(axis=(1, 2)), bias.data + np.maximum(*ends).sum(axis=(1, 2))]
    if max(np.abs(each).max() for each in sums) > _INT32_MAX:
        return Interval.full(bias.spec.elements)
    return Interval.of(*(_requantized(graph, node, each) for each in sums))


def filters_by_channel(node: Node, weights: Tensor, channels: int) -> Integers | None:
    """Weights as (O, taps, I), of a depthwise convolution (O, taps, 1); None where they are not known.

    A fully connected layer has a tap for each pixel of an input that it flattens.
    """
    if weights.data is None:
        return None
    filters = weights.data.astype(np.int64)
    if node.operator == "depthwise_conv2d":
        return filters.reshape(-1, filters.shape[-1]).T[:, :, np.newaxis]
    groups = node.attributes.groups if isinstance(node.attributes, ConvolutionAttributes) else 1
    if groups > 1 or filters[0].size % channels:
        return None
    return filters.reshape(filters.shape[0], -1, channels)


def tap_bounds(node: Node, image: Tensor, source: Interval) -> tuple[Integers, Integers]:
    """Bounds of what each tap of a window multiplies: (taps, I), or (1, I) where all taps are alike.

    A tap that lies in the padding at some position multiplies 0 there.
    """
    lowest = source.lowest - image.quantization.zero_point
    highest = source.highest - image.quantization.zero_point
    if not isinstance(node.attributes, ConvolutionAttributes):
        return lowest[np.newaxis], highest[np.newaxis]
    window = node.attributes.window
    rows = _sides(window.vertical(image.shape[1]))
    columns = _sides(window.horizontal(image.shape[2]))
    inside = (rows[0][:, None] & columns[0]).reshape(-1, 1)
    outside = (rows[1][:, None] | columns[1]).reshape(-1, 1)
    lower = np.where(inside, np.where(outside, np.minimum(lowest, 0), lowest), 0)
    upper = np.where(inside, np.where(outside, np.maximum(highest, 0), highest), 0)
    return lower, upper


def _sides(window: Window) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether each tap lies inside at some position, and whether it lies in the padding at some."""
    taps = np.arange(window.kernel)[:, None] * window.dilation - window.pad_before
    places = taps + np.arange(window.output) * window.stride
    inside = (places >= 0) & (places < window.length)
    return np.asarray(inside.any(axis=1)), np.asarray((~inside).any(axis=1))


def _requantized(graph: Graph, node: Node, sums: Integers) -> Array:
    """Outputs of a layer for these sums: those of one without weights whose bias they are."""
    image, weights, bias = graph.inputs_of(node)
    (output,) = graph.outputs_of(node)
    channels = sums.size
    convolves = isinstance(node.attributes, ConvolutionAttributes)
    shapes = {
        "conv2d": (channels, 1, 1, 1),
        "depthwise_conv2d": (1, 1, 1, channels),
        "fully_connected": (channels, 1),
    }
    filters = np.zeros(shapes[node.operator], np.int8)
    pixel = np.zeros((1, 1, 1, 1) if convolves else (1, 1), np.int8)
    small = (
        replace(image, spec=TensorSpec(pixel.shape)),
        replace(weights, spec=TensorSpec(filters.shape)),
        bias,
    )
    attributes = node.attributes
    if isinstance(attributes, ConvolutionAttributes):
        attributes = replace(attributes, window=POINT, groups=1)
    written = replace(output, spec=TensorSpec((*pixel.shape[:-1], channels)))
    values: list[Array] = [pixel, filters, sums.astype(np.int32)]
    (outputs,) = evaluate(replace(node, attributes=attributes), small, [written], values)
    return outputs
