"""Deployment of a network on a chip: from its graph to a program that fits."""

from __future__ import annotations

from dataclasses import dataclass

from hilbench.deploy.lowering import lower
from hilbench.deploy.memory.pieces import Pieces
from hilbench.deploy.program import Program
from hilbench.deploy.selection import select
from hilbench.networks.graph import Graph
from hilbench.networks.macs import total_macs
from hilbench.networks.passes import PASSES, simplify
from hilbench.networks.passes.dead_channels import remove_dead_channels
from hilbench.operators import Registry
from hilbench.prediction import Predictor

OWN = "hilbench"
"""Deployer of networks that are made of generated kernels."""


@dataclass(frozen=True, repr=False)
class Deployment:
    """A network made for a chip.

    Attributes:
        program: to be built and run.
        live_macs: multiply-accumulates that are left after the passes.
        predicted_cycles: of each step.
        ram: bytes that its plan was allowed to take.
        pieces: that other plans of it can be made of.
    """

    program: Program
    live_macs: int
    predicted_cycles: tuple[int, ...]
    ram: int
    pieces: Pieces

    @property
    def deployer(self) -> str:
        """Name of who made the program."""
        return OWN

    @property
    def cut(self) -> tuple[str, ...]:
        """Operators of the model that the program lacks: none."""
        return ()


def deploy(
    graph: Graph, registry: Registry, predictor: Predictor, ram: int, *, keep_dead_channels: bool = False
) -> Deployment:
    """Make a program of a network: passes, layers, kernels, places of the tensors.

    Args:
        graph: as it was imported.
        registry: operators that there are.
        predictor: of the board that it is for.
        ram: bytes of RAM that there are for its tensors.
        keep_dead_channels: whether channels that are proved constant stay.

    Raises:
        ModelError: it has operators that no kernel computes.
        DoesNotFit: no choice of kernels and bands fits.
    """
    passes = [each for each in PASSES if not (keep_dead_channels and each is remove_dead_channels)]
    simple = simplify(graph, passes)
    selection = select(lower(simple, registry), predictor, ram, registry)
    program = Program(graph, selection.schedule, selection.placement)
    return Deployment(program, total_macs(simple), selection.cycles, ram, selection.pieces)
