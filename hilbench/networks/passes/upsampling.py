"""Nearest upsampling: found in what converters make of it, and moved behind 1x1 convolutions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hilbench.networks.attributes import ConvolutionAttributes, ResizeAttributes
from hilbench.networks.evaluation import evaluate
from hilbench.networks.graph import Graph, Node
from hilbench.networks.passes.editing import apply_everywhere, fresh_name, same_quantization, with_nodes
from hilbench.tensors import Array, Padding, TensorSpec

_MOVEMENTS = frozenset({"reshape", "tile", "transpose", "concat"})
_LONGEST = 6
"""Operators that nearest upsampling is made of."""


def recognize_upsampling(graph: Graph) -> Graph:
    """The graph whose chains of reshapes and tiles that repeat each pixel are one nearest upsampling.

    The chain moves the indices of its input's elements, and so do the repetitions that it is held against.
    """
    return apply_everywhere(graph, _recognize)


def _recognize(graph: Graph, node: Node) -> Graph | None:
    source = graph.tensors[node.inputs[0]]
    if len(source.shape) != 4 or source.is_constant:
        return None
    indices = np.arange(source.spec.elements, dtype=np.int64).reshape(source.shape)
    moved: Array = indices
    chain: list[Node] = []
    current: Node | None = node
    while current is not None and _is_movement(graph, current) and len(chain) < _LONGEST:
        inputs, outputs = graph.inputs_of(current), graph.outputs_of(current)
        (moved,) = evaluate(current, inputs, outputs, [moved] * len(inputs))
        chain.append(current)
        if len(chain) > 1 and _repeats(indices, moved):
            resize = ResizeAttributes((moved.shape[1], moved.shape[2]))
            upsampling = Node("resize_nearest", (source.name,), current.outputs, resize, current.index)
            return with_nodes(graph, {each: [] for each in chain} | {current: [upsampling]})
        current = graph.only_consumer(current.outputs[0])
    return None


def _is_movement(graph: Graph, node: Node) -> bool:
    """Whether a node moves or repeats the elements of one tensor, which keep their meaning."""
    source, output = graph.tensors[node.inputs[0]], graph.tensors[node.outputs[0]]
    alone = node.operator in _MOVEMENTS and len(set(node.inputs)) == 1
    return alone and same_quantization(source, output)


def _repeats(indices: Array, moved: Array) -> bool:
    """Whether `moved` is an image each of whose pixels stands for several of `indices`."""
    if moved.ndim != 4 or moved.size <= indices.size:
        return False
    rows, columns = moved.shape[1] // indices.shape[1], moved.shape[2] // indices.shape[2]
    return np.array_equal(moved, indices.repeat(rows, axis=1).repeat(columns, axis=2))


def exchange_upsampling(graph: Graph) -> Graph:
    """The graph whose 1x1 convolutions come before a nearest upsampling, not behind it.

    Each output pixel is a function of one input pixel, so that it can be repeated instead of computed again.
    """
    return apply_everywhere(graph, _exchange)


def _exchange(graph: Graph, node: Node) -> Graph | None:
    before = graph.producer(node.inputs[0]) if node.inputs else None
    if before is None or graph.only_consumer(node.inputs[0]) is not node or not _is_pointwise(node):
        return None
    if not isinstance(before.attributes, ResizeAttributes) or before.operator != "resize_nearest":
        return None
    source, resized = graph.tensors[before.inputs[0]], graph.tensors[before.outputs[0]]
    output = graph.tensors[node.outputs[0]]
    grows = resized.spec.elements > source.spec.elements
    if not grows or not same_quantization(source, resized):
        return None
    small = replace(
        output,
        name=fresh_name(graph, f"{output.name}_small"),
        spec=TensorSpec((*source.shape[:3], output.shape[3]), output.dtype),
    )
    convolution = replace(node, inputs=(source.name, *node.inputs[1:]), outputs=(small.name,))
    resize = replace(before, inputs=(small.name,), outputs=node.outputs)
    return with_nodes(graph, {before: [], node: [convolution, resize]}, [small])


def _is_pointwise(node: Node) -> bool:
    """Whether a node is a convolution of single pixels."""
    attributes = node.attributes
    if node.operator != "conv2d" or not isinstance(attributes, ConvolutionAttributes):
        return False
    window = attributes.window
    return window.kernel == window.stride == (1, 1) and isinstance(window.padding, Padding)
