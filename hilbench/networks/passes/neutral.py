"""Elementwise operators with a constant that leaves every element as it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hilbench.networks.attributes import ReshapeAttributes, TileAttributes
from hilbench.networks.evaluation import evaluate
from hilbench.networks.graph import Graph, Node, Tensor
from hilbench.networks.passes.editing import (
    apply_everywhere,
    fresh_name,
    same_quantization,
    with_nodes,
    without,
)
from hilbench.tensors import Array, ElementType, TensorSpec

_OPERATORS = frozenset({"add", "sub", "mul", "maximum", "minimum"})
_MOST_VALUES = 16
"""Different elements of a constant that are tried."""


def remove_neutral_operators(graph: Graph) -> Graph:
    """The graph without products with one, sums with zero and the like; where they broadcast, they are tiles.

    Each of the 256 elements of int8 is tried with each element of the constant. Keras writes nearest
    upsampling as a product with ones.
    """
    return apply_everywhere(graph, _remove)


def _remove(graph: Graph, node: Node) -> Graph | None:
    if node.operator not in _OPERATORS:
        return None
    for place, constant in enumerate(graph.inputs_of(node)):
        source = graph.tensors[node.inputs[1 - place]]
        output = graph.tensors[node.outputs[0]]
        alike = source.dtype is ElementType.INT8 and same_quantization(source, output)
        if source.is_constant or constant.data is None or not alike:
            continue
        if _is_neutral(graph, node, place, constant.data):
            return _broadcast(graph, node, source, output)
    return None


def _is_neutral(graph: Graph, node: Node, place: int, data: Array) -> bool:
    values = np.unique(data)
    if values.size > _MOST_VALUES:
        return False
    everything = np.arange(-128, 128).astype(np.int8)
    pair = [everything[np.newaxis], everything[np.newaxis]]
    pair[place] = values[:, np.newaxis]
    (results,) = evaluate(node, graph.inputs_of(node), graph.outputs_of(node), pair)
    return bool((results == everything).all())


def _broadcast(graph: Graph, node: Node, source: Tensor, output: Tensor) -> Graph | None:
    """The graph with the source in place of the output, or with a tile of it."""
    if source.shape == output.shape:
        direct = source.name in graph.given and output.name in graph.kept
        return None if direct else without(graph, node, source.name)
    shape = (1,) * (len(output.shape) - len(source.shape)) + source.shape
    repetitions = tuple(long // short for long, short in zip(output.shape, shape, strict=True))
    shaped = replace(
        source, name=fresh_name(graph, f"{source.name}_shaped"), spec=TensorSpec(shape, source.dtype)
    )
    reshape = Node("reshape", (source.name,), (shaped.name,), ReshapeAttributes(shape), node.index)
    tile = Node("tile", (shaped.name,), node.outputs, TileAttributes(repetitions), node.index)
    return with_nodes(graph, {node: [reshape, tile]}, [shaped])
