"""Channels that operators hand through: which of an input's becomes which of an output's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilbench.networks.attributes import (
    AxisAttributes,
    MirrorPadAttributes,
    PadAttributes,
    ReductionAttributes,
)
from hilbench.networks.graph import Graph, Node

_ELEMENTWISE = frozenset({"add", "sub", "mul", "maximum", "minimum", "squared_difference", "prelu"})
_CHANNELWISE = frozenset(
    {"relu", "relu6", "leaky_relu", "hard_swish", "sigmoid", "tanh", "quantize", "dequantize"}
    | {"max_pool2d", "average_pool2d", "resize_nearest", "resize_bilinear"}
)


@dataclass(frozen=True)
class Link:
    """Channels of an input that an operator hands through; channels are the last axis.

    Attributes:
        source: name of the input.
        output: name of the output.
        origins: for each channel of the output the one of the input; -1 where it comes from elsewhere.
    """

    source: str
    output: str
    origins: NDArray[np.int64]


def links_of(graph: Graph, node: Node) -> tuple[Link, ...]:
    """Links of a node; none where channels are mixed, or moved in another way than is followed here."""
    if node.operator == "concat":
        return tuple(_concatenated(graph, node))
    source, output = graph.tensors[node.inputs[0]], graph.tensors[node.outputs[0]]
    if not source.shape or not output.shape:
        return ()
    channels, given = output.shape[-1], source.shape[-1]
    if node.operator == "depthwise_conv2d":
        return (Link(source.name, output.name, np.arange(channels) // (channels // given)),)
    if node.operator == "reshape" and channels % given == 0:
        return (Link(source.name, output.name, np.arange(channels) % given),)
    if node.operator in _ELEMENTWISE:
        variable = [tensor for tensor in graph.inputs_of(node) if not tensor.is_constant]
        if all(tensor.shape and tensor.shape[-1] == channels for tensor in variable):
            return tuple(Link(tensor.name, output.name, np.arange(channels)) for tensor in variable)
    if given == channels and _keeps_channels(node, len(source.shape)):
        return (Link(source.name, output.name, np.arange(channels)),)
    return ()


def _keeps_channels(node: Node, rank: int) -> bool:
    """Whether channel by channel a node is a function of the same channel alone."""
    attributes = node.attributes
    if isinstance(attributes, PadAttributes | MirrorPadAttributes):
        return attributes.before[-1] == attributes.behind[-1] == 0
    if isinstance(attributes, ReductionAttributes):
        return node.operator != "arg_max" and rank - 1 not in attributes.axes
    return node.operator in _CHANNELWISE


def _concatenated(graph: Graph, node: Node) -> Iterator[Link]:
    output = graph.tensors[node.outputs[0]]
    channels, along = output.shape[-1], len(output.shape) - 1
    if any(tensor.is_constant for tensor in graph.inputs_of(node)) or len(set(node.inputs)) < len(
        node.inputs
    ):
        return
    begin = 0
    for tensor in graph.inputs_of(node):
        origins = np.arange(channels)
        if isinstance(node.attributes, AxisAttributes) and node.attributes.axis == along:
            places = np.arange(channels) - begin
            origins = np.where((places >= 0) & (places < tensor.shape[-1]), places, -1)
            begin += tensor.shape[-1]
        yield Link(tensor.name, output.name, origins)
