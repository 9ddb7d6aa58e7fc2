"""Passes over graphs; each gives a graph that computes the same for every input."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hilbench.networks.graph import Graph
from hilbench.networks.passes.activations import fuse_activations
from hilbench.networks.passes.constants import fold_constants
from hilbench.networks.passes.dead_channels import remove_dead_channels
from hilbench.networks.passes.dead_code import remove_dead_code
from hilbench.networks.passes.identities import remove_identities
from hilbench.networks.passes.neutral import remove_neutral_operators
from hilbench.networks.passes.padding import fold_pads
from hilbench.networks.passes.transposes import cancel_transposes
from hilbench.networks.passes.upsampling import exchange_upsampling, recognize_upsampling
from hilbench.networks.verification import verify

Pass = Callable[[Graph], Graph]

PASSES: Sequence[Pass] = (
    fold_constants,
    remove_identities,
    remove_neutral_operators,
    cancel_transposes,
    fold_pads,
    fuse_activations,
    recognize_upsampling,
    exchange_upsampling,
    remove_identities,
    remove_dead_channels,
)
"""Passes in the order in which they are run; what one leaves unread goes before the next."""


def simplify(graph: Graph, passes: Sequence[Pass] = PASSES) -> Graph:
    """The graph after all passes, without dead code and verified after each.

    Raises:
        ModelError: a pass broke the graph, which is a fault of that pass.
    """
    for each in passes:
        graph = verify(remove_dead_code(each(graph)))
    return graph
