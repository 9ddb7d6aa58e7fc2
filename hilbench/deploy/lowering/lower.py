"""Graph to schedule: each node by the rule of its operator."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hilbench.deploy.lowering import elementwise, movement, recurrent, weighted
from hilbench.deploy.lowering.builder import CannotLower, Lowered, ScheduleBuilder
from hilbench.deploy.schedule import Schedule
from hilbench.errors import ModelError
from hilbench.networks.graph import Graph, Node
from hilbench.operators import Registry

_RULES: Mapping[str, Callable[[Lowered], None]] = {
    "conv2d": weighted.convolution,
    "depthwise_conv2d": weighted.convolution,
    "transpose_conv2d": weighted.convolution,
    "fully_connected": weighted.fully_connected,
    "lstm": recurrent.lstm,
    "svdf": recurrent.svdf,
    "max_pool2d": elementwise.pool,
    "average_pool2d": elementwise.pool,
    "add": elementwise.binary,
    "mul": elementwise.binary,
    "sub": elementwise.binary,
    "maximum": elementwise.binary,
    "minimum": elementwise.binary,
    "squared_difference": elementwise.binary,
    "quantize": elementwise.quantize,
    "dequantize": elementwise.dequantize,
    "softmax": elementwise.softmax,
    "mean": elementwise.mean,
    "sigmoid": elementwise.float_function,
    "hard_swish": elementwise.float_function,
    "reshape": movement.reshape,
    "concat": movement.concat,
    "split": movement.split,
    "strided_slice": movement.strided_slice,
    "pad": movement.pad,
    "transpose": movement.transpose,
    "resize_nearest": movement.resize_nearest,
}
_FUNCTIONS = frozenset(
    {"relu", "relu6", "relu_n1_to_1", "relu_0_to_1", "tanh", "leaky_relu", "prelu", "rsqrt", "abs"}
)


def lower(graph: Graph, registry: Registry) -> Schedule:
    """The layers of a graph, in its order.

    Args:
        graph: verified, and as the passes leave it.
        registry: operators that there are.

    Raises:
        ModelError: no kernel computes some of its nodes; the sentence names all of them.
    """
    builder = ScheduleBuilder(graph, registry)
    refused: list[str] = []
    for node in graph.nodes:
        try:
            _rule(node)(Lowered(node, builder))
        except CannotLower as error:
            refused.append(f"{_subject(graph, node)}: {error}")
    if refused:
        listed = "; ".join(refused)
        raise ModelError(f"{graph.name} has operators that no kernel computes: {listed}.")
    return builder.schedule()


def _rule(node: Node) -> Callable[[Lowered], None]:
    if node.operator in _FUNCTIONS:
        return elementwise.function
    if node.operator not in _RULES:
        raise CannotLower("there is no kernel of it")
    return _RULES[node.operator]


def _subject(graph: Graph, node: Node) -> str:
    """The node and the shapes that it reads and writes."""
    read = ", ".join(str(tensor.spec) for tensor in graph.inputs_of(node))
    written = ", ".join(str(tensor.spec) for tensor in graph.outputs_of(node))
    return f"{node.operator} {node.index} ({read} -> {written})"
