"""Removal of what no output needs."""

from __future__ import annotations

from dataclasses import replace

from hilbench.networks.graph import Graph


def remove_dead_code(graph: Graph) -> Graph:
    """The graph without nodes, states and tensors that have no bearing on its outputs."""
    needed = set(graph.outputs)
    size = -1
    while size != len(needed):
        size = len(needed)
        for state in graph.states:
            if state.current in needed:
                needed.add(state.following)
        for node in reversed(graph.nodes):
            if needed.intersection(node.outputs):
                needed.update((*node.inputs, *node.outputs))
    nodes = tuple(node for node in graph.nodes if needed.intersection(node.outputs))
    states = tuple(state for state in graph.states if state.current in needed)
    needed.update(graph.inputs)
    tensors = {name: tensor for name, tensor in graph.tensors.items() if name in needed}
    return replace(graph, nodes=nodes, states=states, tensors=tensors)
