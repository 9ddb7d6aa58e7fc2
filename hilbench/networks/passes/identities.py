"""Removal of operators that change nothing."""

from __future__ import annotations

from hilbench.networks.attributes import PadAttributes, SliceAttributes, TransposeAttributes
from hilbench.networks.graph import Graph, Node
from hilbench.networks.passes.editing import apply_everywhere, same_quantization, without

_ONE_TO_ONE = frozenset({"reshape", "quantize", "cast", "concat", "split", "tile", "resize_nearest"})
"""Operators that change nothing where input and output are alike."""


def remove_identities(graph: Graph) -> Graph:
    """The graph without operators whose output is their input, and without conversions there and back."""
    return apply_everywhere(graph, _remove)


def _remove(graph: Graph, node: Node) -> Graph | None:
    if len(node.outputs) != 1 or (node.inputs[0] in graph.given and node.outputs[0] in graph.kept):
        return None
    if _is_identity(graph, node):
        return without(graph, node, node.inputs[0])
    before = graph.producer(node.inputs[0])
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
