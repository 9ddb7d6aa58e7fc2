"""Exchange of nearest upsampling with the 1x1 convolution behind it, which then has fewer pixels."""

from __future__ import annotations

from dataclasses import replace

from hilbench.networks.attributes import ConvolutionAttributes, ResizeAttributes
from hilbench.networks.graph import Graph, Node
from hilbench.networks.passes.editing import apply_everywhere, fresh_name, same_quantization, with_nodes
from hilbench.tensors import Padding, TensorSpec


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
