"""The seed of a network's inputs, the same for all who deploy it."""

from __future__ import annotations

from hilbench.digests import digest
from hilbench.networks.graph import Graph


def input_seed(graph: Graph) -> int:
    """Seed (u32) of the data that the device generates, by the network's name and its inputs' shapes."""
    shapes = [str(graph.tensors[name].spec) for name in graph.inputs]
    return int.from_bytes(bytes.fromhex(digest([graph.name, *shapes])[:8]), "little")
