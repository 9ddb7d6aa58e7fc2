"""Removal of operators that change nothing."""

from __future__ import annotations

from dataclasses import replace

from hilbench.networks.attributes import PadAttributes, SliceAttributes, TransposeAttributes
from hilbench.networks.graph import Graph, Node
from hilbench.networks.passes.editing import apply_everywhere, same_quantization, with_nodes, without

_ONE_TO_ONE = frozenset({"reshape", "quantize", "cast", "concat", "split", "tile", "resize_nearest"})
"""Operators that change nothing where input and output are alike."""


def remove_identities(graph: Graph) -> Graph:
    """The graph without operators that change nothing, conversions there and back, and reshapes in a row."""
    return apply_everywhere(graph, _remove)


def _remove(graph: Graph, node: Node) -> Graph | None:
    if len(node.outputs) != 1 or (node.inputs[0] in graph.given and node.outputs[0] in graph.kept):
        return None
    if _is_identity(graph, node):
        return without(graph, node, node.inputs[0])
    before = graph.producer(node.inputs[0])
    if before is not None and node.operator == before.operator == "reshape":
        source, middle = graph.tensors[before.inputs[0]], graph.tensors[node.inputs[0]]
        joined = replace(node, inputs=before.inputs)
        return with_nodes(graph, {node: [joined]}) if same_quantization(source, middle) else None
    if node.operator == "quantize" and before is not None and before.operator == "dequantize":
        source, output = graph.tensors[before.inputs[0]], graph.tensors[node.outputs[0]]
        if same_quantization(source, output):
            return without(graph, node, source.name)
    return None


def _is_identity(graph: Graph, node: Node) -> bool:
    source, output = graph.tensors[node.inputs[0]], graph.tensors[node.outputs[0]]
    if source.shape != output.shape or source.is_constant or not same_quantization(source, output):
        return False
    if node.operator in _ONE_TO_ONE:
        return len(node.inputs) == 1
    attributes = node.attributes
    if isinstance(attributes, TransposeAttributes):
        return attributes.permutation == tuple(range(len(source.shape)))
    if isinstance(attributes, SliceAttributes):
        return min(attributes.step, default=1) > 0
    return isinstance(attributes, PadAttributes)
