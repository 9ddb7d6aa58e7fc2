"""Changes of a graph that passes are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from hilbench.networks.graph import Graph, Node, Tensor, by_name

Rewrite = Callable[[Graph, Node], Graph | None]
"""A change around one node; None where there is nothing to change."""


def apply_everywhere(graph: Graph, rewrite: Rewrite) -> Graph:
    """The graph after a change at every node where it applies, again and again until it applies nowhere."""
    changed = True
    while changed:
        changed = False
        for node in graph.nodes:
            rewritten = rewrite(graph, node)
            if rewritten is not None:
                graph, changed = rewritten, True
                break
    return graph


def with_nodes(
    graph: Graph, replacements: Mapping[Node, Sequence[Node]], tensors: Iterable[Tensor] = ()
) -> Graph:
    """The graph with other nodes in the places of some, and with new or changed tensors."""
    nodes = tuple(new for node in graph.nodes for new in replacements.get(node, (node,)))
    return replace(graph, nodes=nodes, tensors={**graph.tensors, **by_name(tensors)})


def without(graph: Graph, node: Node, name: str) -> Graph:
    """The graph without a node whose only output is the tensor `name` itself."""
    (output,) = node.outputs
    return _renamed(with_nodes(graph, {node: ()}), output, name)


def _renamed(graph: Graph, old: str, new: str) -> Graph:
    """The graph that reads the tensor `new` where it read `old`."""

    def current(name: str) -> str:
        return new if name == old else name

    nodes = tuple(replace(node, inputs=tuple(map(current, node.inputs))) for node in graph.nodes)
    states = tuple(replace(state, following=current(state.following)) for state in graph.states)
    return replace(graph, nodes=nodes, states=states, outputs=tuple(map(current, graph.outputs)))


def fresh_name(graph: Graph, stem: str) -> str:
    """A name that no tensor has yet."""
    name, count = stem, 1
    while name in graph.tensors:
        count += 1
        name = f"{stem}_{count}"
    return name


def same_quantization(first: Tensor, second: Tensor) -> bool:
    """Whether equal elements of two tensors stand for equal numbers."""
    return first.dtype is second.dtype and first.quantization.matches(second.quantization)
