"""Oracles: what a network's outputs are held against, bit for bit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from hilbench.errors import ModelError
from hilbench.networks.graph import Graph
from hilbench.networks.interpreter import Interpreter
from hilbench.networks.runtimes import LITERT_REFERENCE, Run, litert, tflm, version_of
from hilbench.tensors import Array, ElementType

_EDGES = frozenset({"quantize", "dequantize"})
_SVDF, _STATE = "svdf", 4
"""Operator, and number of its input that is its state."""


class OracleChoice(StrEnum):
    """Oracles to choose from."""

    LITERT = "litert"
    """LiteRT with its reference kernels."""
    TFLM = "tflm"
    """TFLite Micro, which rounds twice where LiteRT's fully connected layers round once."""


@dataclass(frozen=True)
class Oracle:
    """An oracle of one network.

    Attributes:
        name: for rows, with its version.
        run: outputs for inputs, both in the order of the model file.
    """

    name: str
    run: Run


def own_oracle(graph: Graph, reason: str = "") -> Oracle:
    """The oracle that is hilbench's interpreter of the graph, for a reason."""

    def run(inputs: Sequence[Array]) -> tuple[Array, ...]:
        return Interpreter(graph).run(*inputs)

    return Oracle("hilbench's reference" + (f" ({reason})" if reason else ""), run)


def find_oracle(choice: OracleChoice, graph: Graph, data: bytes | None) -> Oracle:
    """The chosen oracle of a network.

    Hilbench's interpreter stands in where LiteRT's reference kernels cannot decide, and the name says why:
    the model is no TFLite file, they refuse it or would write beyond its tensors, or it computes in float32,
    where the order of sums is ours.

    Args:
        choice: which one.
        graph: the network, as it was imported.
        data: bytes of the TFLite file; None of other files.

    Raises:
        ConfigError: its package is not installed.
        ModelError: TFLite Micro refuses the model.
    """
    if choice is OracleChoice.TFLM:
        if data is None:
            raise ModelError(f"{graph.name} is no TFLite file, which TFLite Micro asks for.")
        name = f"TFLM {version_of('tflite_micro')}"
        return Oracle(name, tflm(data, len(graph.outputs)))
    if data is None:
        return own_oracle(graph, "no TFLite file")
    if computes_in_float(graph):
        return own_oracle(graph, "float32")
    if _has_narrow_state(graph):
        return own_oracle(graph, "LiteRT takes the int8 state of SVDF for int16, beyond its end")
    try:
        return Oracle(
            f"LiteRT {version_of('ai_edge_litert')} {LITERT_REFERENCE}", litert(data, LITERT_REFERENCE)
        )
    except ModelError as error:
        return own_oracle(graph, str(error).rstrip("."))


def computes_in_float(graph: Graph) -> bool:
    """Whether any operator but conversions at the edges computes with real numbers."""
    return any(
        tensor.dtype is ElementType.FLOAT32
        for node in graph.nodes
        if node.operator not in _EDGES
        for tensor in (*graph.inputs_of(node), *graph.outputs_of(node))
    )


def _has_narrow_state(graph: Graph) -> bool:
    """Whether an SVDF keeps its state in int8, as TFLite Micro's does and LiteRT's kernels do not."""
    states = (node.inputs[_STATE] for node in graph.nodes if node.operator == _SVDF)
    return any(graph.tensors[name].dtype is ElementType.INT8 for name in states)
