"""Transposes that meet and cancel, as those of networks exported from channels-first frameworks."""

from __future__ import annotations

from dataclasses import replace

from hilbench.networks.attributes import (
    Attributes,
    AxisAttributes,
    MirrorPadAttributes,
    PadAttributes,
    ReshapeAttributes,
    TransposeAttributes,
)
from hilbench.networks.evaluation import evaluate
from hilbench.networks.graph import Graph, Node, Tensor
from hilbench.networks.passes.dead_code import remove_dead_code
from hilbench.networks.passes.editing import Rewrite, apply_everywhere, fresh_name, with_nodes
from hilbench.networks.passes.identities import remove_identities
from hilbench.tensors import TensorSpec

_ELEMENTWISE = frozenset(
    {"add", "sub", "mul", "div", "maximum", "minimum", "squared_difference", "relu", "relu6", "leaky_relu"}
    | {"hard_swish", "sigmoid", "tanh", "rsqrt", "quantize", "dequantize", "cast"}
)
_MOVABLE = _ELEMENTWISE | {"pad", "mirror_pad", "concat"}
"""Operators that a transpose can go behind."""


def cancel_transposes(graph: Graph) -> Graph:
    """The graph with fewer transposes: those in a row are one, and those that move axes of length 1 reshapes.

    A transpose goes behind operators that do not look at axes, where others that it meets cancel it.
    """
    graph = _settled(graph, _join)
    moved = _settled(graph, _move)
    fewer = moved if _count(moved) < _count(graph) else graph
    return apply_everywhere(fewer, _reshape)


def _settled(graph: Graph, rewrite: Rewrite) -> Graph:
    """The graph after a change everywhere, without what it leaves behind."""
    return remove_dead_code(remove_identities(apply_everywhere(graph, rewrite)))


def _count(graph: Graph) -> int:
    return sum(node.operator == "transpose" for node in graph.nodes)


def _join(graph: Graph, node: Node) -> Graph | None:
    """Make one of two transposes in a row."""
    before = graph.producer(node.inputs[0])
    if before is None:
        return None
    first, second = before.attributes, node.attributes
    if not isinstance(first, TransposeAttributes) or not isinstance(second, TransposeAttributes):
        return None
    order = tuple(first.permutation[axis] for axis in second.permutation)
    joined = replace(node, inputs=before.inputs, attributes=TransposeAttributes(order))
    return with_nodes(graph, {node: [joined]})


def _move(graph: Graph, node: Node) -> Graph | None:
    """Let a transpose go behind `node`, and join it with those that follow."""
    if node.operator not in _MOVABLE or len(node.outputs) != 1:
        return None
    order = _common_order(graph, node)
    if order is None:
        return None
    inputs, constants = [], []
    for tensor in graph.inputs_of(node):
        before = graph.producer(tensor.name)
        if before is not None:
            inputs.append(before.inputs[0])
            continue
        turned = _turned_back(graph, tensor, order)
        if turned is None:
            return None
        inputs.append(turned.name)
        constants.append(turned)
    output = graph.tensors[node.outputs[0]]
    shape = tuple(output.shape[order.index(axis)] for axis in range(len(order)))
    inner = replace(
        output, name=fresh_name(graph, f"{output.name}_inner"), spec=TensorSpec(shape, output.dtype)
    )
    moved = replace(
        node, inputs=tuple(inputs), outputs=(inner.name,), attributes=_turned_attributes(node, order)
    )
    behind = Node("transpose", (inner.name,), node.outputs, TransposeAttributes(order), node.index)
    graph = with_nodes(graph, {node: [moved, behind]}, [inner, *constants])
    return apply_everywhere(graph, _join)


def _common_order(graph: Graph, node: Node) -> tuple[int, ...] | None:
    """The permutation of all inputs that are not constant, if each is that of a transpose of its own."""
    orders = set()
    for name in node.inputs:
        before = graph.producer(name)
        if before is None and graph.tensors[name].is_constant:
            continue
        alone = before is not None and graph.only_consumer(name) is node
        if before is None or not alone or not isinstance(before.attributes, TransposeAttributes):
            return None
        orders.add(before.attributes.permutation)
    return orders.pop() if len(orders) == 1 else None


def _turned_back(graph: Graph, tensor: Tensor, order: tuple[int, ...]) -> Tensor | None:
    """A constant as it was before a transpose that its neighbour has gone through."""
    if tensor.spec.elements == 1:
        return tensor
    if tensor.data is None or tensor.quantization.scale.size > 1:
        return None
    whole = tensor.data.reshape((1,) * (len(order) - len(tensor.shape)) + tensor.shape)
    shape = tuple(whole.shape[order.index(axis)] for axis in range(len(order)))
    turned = replace(
        tensor, name=fresh_name(graph, f"{tensor.name}_turned"), spec=TensorSpec(shape, tensor.dtype)
    )
    back = TransposeAttributes(tuple(order.index(axis) for axis in range(len(order))))
    node = Node("transpose", (tensor.name,), (turned.name,), back)
    (data,) = evaluate(node, [tensor], [turned], [whole])
    return replace(turned, data=data)


def _turned_attributes(node: Node, order: tuple[int, ...]) -> Attributes:
    attributes = node.attributes
    if isinstance(attributes, AxisAttributes):
        return replace(attributes, axis=order[attributes.axis])
    if isinstance(attributes, PadAttributes | MirrorPadAttributes):
        before, behind = (
            tuple(side[order.index(axis)] for axis in range(len(order)))
            for side in (attributes.before, attributes.behind)
        )
        return replace(attributes, before=before, behind=behind)
    return attributes


def _reshape(graph: Graph, node: Node) -> Graph | None:
    """Make a reshape of a transpose that moves axes of length 1 alone."""
    if not isinstance(node.attributes, TransposeAttributes):
        return None
    source, output = graph.tensors[node.inputs[0]], graph.tensors[node.outputs[0]]
    moved = [axis for axis in node.attributes.permutation if source.shape[axis] > 1]
    if moved != sorted(moved):
        return None
    reshape = replace(node, operator="reshape", attributes=ReshapeAttributes(output.shape))
    return with_nodes(graph, {node: [reshape]})
