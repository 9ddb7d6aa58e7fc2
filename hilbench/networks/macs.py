"""Multiply-accumulates of networks, by their shapes."""

from __future__ import annotations

import math

from hilbench.networks.graph import Graph, Node


def macs(graph: Graph, node: Node) -> int:
    """Multiply-accumulates of a node with weights, padding counted as data; 0 of all others."""
    if node.operator in ("conv2d", "depthwise_conv2d", "fully_connected"):
        weights, output = graph.tensors[node.inputs[1]], graph.tensors[node.outputs[0]]
        channels = output.shape[-1]
        return output.spec.elements * (weights.spec.elements // channels)
    if node.operator == "transpose_conv2d":
        source, weights = graph.tensors[node.inputs[0]], graph.tensors[node.inputs[1]]
        return source.spec.elements * (weights.spec.elements // source.shape[-1])
    if node.operator == "lstm":
        steps = graph.tensors[node.inputs[0]].shape[:2]
        return math.prod(steps) * sum(graph.tensors[name].spec.elements for name in node.inputs[1:9])
    if node.operator == "svdf":
        batch = graph.tensors[node.inputs[0]].shape[0]
        return batch * sum(graph.tensors[name].spec.elements for name in node.inputs[1:3])
    return 0


def total_macs(graph: Graph) -> int:
    """Multiply-accumulates of one run."""
    return sum(macs(graph, node) for node in graph.nodes)
