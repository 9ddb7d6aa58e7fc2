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
from hilbench.tensors import Activation

_ACTIVATIONS = {"relu": Activation.RELU, "relu6": Activation.RELU6}
_FUSING = ConvolutionAttributes | FullyConnectedAttributes | PoolAttributes | ActivationAttributes


def fuse_activations(graph: Graph) -> Graph:
    """The graph whose RELU and RELU6 are part of the operator before, where that has no activation.

    Quantized tensors keep their bounds only where both outputs have one quantization.
    """
    return apply_everywhere(graph, _fuse)


def _fuse(graph: Graph, node: Node) -> Graph | None:
    activation = _ACTIVATIONS.get(node.operator)
    before = graph.producer(node.inputs[0]) if activation else None
    if activation is None or before is None or graph.only_consumer(node.inputs[0]) is not node:
        return None
    attributes = before.attributes
    if not isinstance(attributes, _FUSING) or attributes.activation is not Activation.NONE:
        return None
    if not same_quantization(graph.tensors[node.inputs[0]], graph.tensors[node.outputs[0]]):
        return None
    fused = replace(before, outputs=node.outputs, attributes=replace(attributes, activation=activation))
    return with_nodes(graph, {before: [fused], node: []})
