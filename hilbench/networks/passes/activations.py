"""Fusion of an activation into the operator before it."""

from __future__ import annotations

from dataclasses import replace

from hilbench.networks.attributes import (
    ActivationAttributes,
    ConvolutionAttributes,
    FullyConnectedAttributes,
    PoolAttributes,
)
from hilbench.networks.graph import Graph, Node
from hilbench.networks.passes.editing import apply_everywhere, same_quantization, with_nodes
from hilbench.quantization.fixed_point import activation_bounds
from hilbench.tensors import Activation, ElementType

_ACTIVATIONS = {"relu": Activation.RELU, "relu6": Activation.RELU6}
_FUSING = ConvolutionAttributes | FullyConnectedAttributes | PoolAttributes | ActivationAttributes


def fuse_activations(graph: Graph) -> Graph:
    """The graph whose RELU and RELU6 are part of the operator before, where that has no activation.

    The larger of an int8 and zero is RELU, the smaller of that and six RELU6. Quantized tensors keep their
    bounds only where both outputs have one quantization.
    """
    return apply_everywhere(graph, _fuse)


def _fuse(graph: Graph, node: Node) -> Graph | None:
    before = graph.producer(node.inputs[0])
    if before is None or graph.only_consumer(node.inputs[0]) is not node:
        return None
    attributes = before.attributes
    if not isinstance(attributes, _FUSING):
        return None
    if not same_quantization(graph.tensors[node.inputs[0]], graph.tensors[node.outputs[0]]):
        return None
    activation = _joined(graph, node, attributes.activation)
    if activation is None:
        return None
    fused = replace(before, outputs=node.outputs, attributes=replace(attributes, activation=activation))
    return with_nodes(graph, {before: [fused], node: []})


def _joined(graph: Graph, node: Node, before: Activation) -> Activation | None:
    """The activation that stands for `before` and `node` behind it; None where there is none."""
    if node.operator in _ACTIVATIONS:
        return _ACTIVATIONS[node.operator] if before is Activation.NONE else None
    output, bound = graph.tensors[node.outputs[0]], _scalar(graph, node)
    if output.dtype is not ElementType.INT8 or bound is None:
        return None
    lowest, highest = activation_bounds(Activation.RELU6, output.quantization)
    if (node.operator, before, bound) == ("maximum", Activation.NONE, lowest):
        return Activation.RELU
    if (node.operator, before, bound) == ("minimum", Activation.RELU, highest):
        return Activation.RELU6
    return None


def _scalar(graph: Graph, node: Node) -> int | None:
    """The one element of a second input that is constant."""
    data = graph.tensors[node.inputs[1]].data if len(node.inputs) == 2 else None
    return None if data is None or data.size != 1 else int(data.reshape(-1)[0])
