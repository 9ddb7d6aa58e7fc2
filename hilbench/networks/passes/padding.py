"""Folding of a pad into the window that slides over it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hilbench.networks.attributes import ConvolutionAttributes, PadAttributes, PoolAttributes
from hilbench.networks.graph import Graph, Node, Tensor
from hilbench.networks.passes.editing import apply_everywhere, same_quantization, with_nodes
from hilbench.tensors import ElementType, ExplicitPadding, Padding, Window, Window2D

_CONVOLUTIONS = ("conv2d", "depthwise_conv2d")


def fold_pads(graph: Graph) -> Graph:
    """The graph whose convolutions and max poolings have pads of rows and columns as their own padding.

    A convolution counts padding as real zeros, as PAD does. A max pooling does not see its padding; that
    changes nothing where a real zero is the least integer.
    """
    return apply_everywhere(graph, _fold)


def _fold(graph: Graph, node: Node) -> Graph | None:
    pad = graph.producer(node.inputs[0]) if node.inputs else None
    if pad is None or pad.operator != "pad" or not isinstance(pad.attributes, PadAttributes):
        return None
    source, padded = graph.tensors[pad.inputs[0]], graph.tensors[pad.outputs[0]]
    window = _window(node)
    if window is None or not _is_zero_border(pad.attributes, source, padded):
        return None
    if node.operator == "max_pool2d" and not _is_least(padded):
        return None
    wider = _widened(window, pad.attributes, source.shape)
    if wider is None:
        return None
    inputs = (source.name, *node.inputs[1:])
    return with_nodes(graph, {node: [_with_window(node, inputs, wider)]})


def _window(node: Node) -> Window2D | None:
    attributes = node.attributes
    if node.operator in _CONVOLUTIONS and isinstance(attributes, ConvolutionAttributes):
        return attributes.window
    if node.operator == "max_pool2d" and isinstance(attributes, PoolAttributes):
        return attributes.window
    return None


def _with_window(node: Node, inputs: tuple[str, ...], window: Window2D) -> Node:
    if not isinstance(node.attributes, ConvolutionAttributes | PoolAttributes):
        raise TypeError(f"{node} has no window")
    return replace(node, inputs=inputs, attributes=replace(node.attributes, window=window))


def _is_zero_border(attributes: PadAttributes, source: Tensor, padded: Tensor) -> bool:
    """Whether a pad puts real zeros around rows and columns of images alone."""
    sides = attributes.before, attributes.behind
    flat = all(len(side) == 4 and side[0] == side[3] == 0 for side in sides)
    return flat and attributes.value is None and same_quantization(source, padded)


def _is_least(tensor: Tensor) -> bool:
    """Whether no element is below real zero."""
    if tensor.dtype is ElementType.FLOAT32:
        return False
    return tensor.quantization.zero_point == np.iinfo(tensor.dtype).min


def _widened(window: Window2D, pad: PadAttributes, shape: tuple[int, ...]) -> Window2D | None:
    """The window whose padding holds the pad too; None where it would see nothing but padding."""
    length = [shape[axis] + pad.before[axis] + pad.behind[axis] for axis in (1, 2)]
    inner = window.vertical(length[0]), window.horizontal(length[1])
    (top, bottom), (left, right) = (
        (pad.before[axis] + each.pad_before, pad.behind[axis] + each.pad_after)
        for axis, each in zip((1, 2), inner, strict=True)
    )
    if max(top, bottom) >= inner[0].extent or max(left, right) >= inner[1].extent:
        return None
    return simplest_padding(replace(window, padding=ExplicitPadding(top, left, bottom, right)), *shape[1:3])


def simplest_padding(window: Window2D, height: int, width: int) -> Window2D:
    """The window with one of TensorFlow's schemes where that gives the same positions over an image."""
    for scheme in Padding:
        named = replace(window, padding=scheme)
        if _slides_alike(named.vertical(height), window.vertical(height)) and _slides_alike(
            named.horizontal(width), window.horizontal(width)
        ):
            return named
    return window


def _slides_alike(first: Window, second: Window) -> bool:
    """Whether two windows have the same positions."""
    return first.output == second.output and first.pad_before == second.pad_before
