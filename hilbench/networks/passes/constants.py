"""Folding of constants: nodes of known operands are computed once."""

from __future__ import annotations

from dataclasses import replace

from hilbench.networks.evaluation import evaluate
from hilbench.networks.graph import Graph, Node
from hilbench.networks.passes.editing import apply_everywhere, with_nodes


def fold_constants(graph: Graph) -> Graph:
    """The graph whose nodes have an operand each that is not known."""
    return apply_everywhere(graph, _fold)


def _fold(graph: Graph, node: Node) -> Graph | None:
    inputs, outputs = graph.inputs_of(node), graph.outputs_of(node)
    if node.operator != "shape" and not all(tensor.is_constant for tensor in inputs):
        return None
    if graph.kept.intersection(node.outputs):
        return None
    results = zip(outputs, evaluate(node, inputs, outputs), strict=True)
    return with_nodes(graph, {node: ()}, [replace(tensor, data=data) for tensor, data in results])
