"""Rounding of fully connected layers, in which TFLite's runtimes do not agree."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from hilbench.networks.attributes import FullyConnectedAttributes
from hilbench.networks.graph import Graph, Node


class RoundingChoice(StrEnum):
    """Runtimes whose rounding kernels may have."""

    LITERT = "litert"
    """Fully connected layers round once."""
    TFLM = "tflm"
    """Fully connected layers round as convolutions do, also in CMSIS-NN."""


def with_rounding(graph: Graph, choice: RoundingChoice) -> Graph:
    """The network whose fully connected layers round as the chosen runtime does."""
    as_convolutions = choice is RoundingChoice.TFLM

    def rounded(node: Node) -> Node:
        chosen = node.attributes
        if not isinstance(chosen, FullyConnectedAttributes):
            return node
        return replace(node, attributes=replace(chosen, rounds_as_convolution=as_convolutions))

    return replace(graph, nodes=tuple(map(rounded, graph.nodes)))
