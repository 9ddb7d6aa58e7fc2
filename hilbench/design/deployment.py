"""A designed network on a board: its plan by the cost model, and what a board says to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hilbench.boards import Board, attach
from hilbench.deploy.benchmark import NetworkResult, benchmark
from hilbench.deploy.deployment import Deployment, deploy
from hilbench.deploy.memory import Bank
from hilbench.design.nets.network import NetworkSpec
from hilbench.design.nets.quantized import quantized
from hilbench.errors import DoesNotFit
from hilbench.image import Builder
from hilbench.operators import Layer, Registry
from hilbench.prediction.cost_model.model import CostModel
from hilbench.runner.build_config import BuildConfig
from hilbench.runner.expected_outputs import ExpectedOutputs
from hilbench.runner.run_settings import RunSettings


@dataclass(frozen=True)
class Room:
    """Memory that a plan may take, bytes."""

    ram: int
    flash: int


def planned(network: NetworkSpec, registry: Registry, model: CostModel, room: Room) -> Deployment | None:
    """The network with random weights, deployed by the cost model; None where no plan fits."""
    try:
        banks = [Bank("ram", room.ram)]
        return deploy(quantized(network), registry, model, banks, room.flash, keep_dead_channels=True)
    except DoesNotFit:
        return None


def network_layers(deployment: Deployment, result: NetworkResult) -> list[tuple[Layer, float]]:
    """Layers of a network that ran, by their kernels, with their cycles; none where some ran in bands."""
    steps = deployment.program.schedule.steps
    rows = result.details.layers if result.details else ()
    if len(rows) != len(steps):
        return []
    return [(step.layer, float(row.cycles or 0)) for step, row in zip(steps, rows, strict=True)]


def measured(
    deployment: Deployment,
    board: Board,
    boards: Mapping[str, Board],
    builder: Builder,
    configuration: BuildConfig,
    command: str,
) -> NetworkResult:
    """Build, flash and measure a deployment, verified bit for bit.

    Raises:
        BoardBusy, BoardMissing: the board cannot be had, or went away.
        BuildError: the firmware itself does not build.
    """
    settings = RunSettings(iterations=2)
    with attach(board.name, boards=boards, command=command) as session, ExpectedOutputs() as references:
        return benchmark(deployment, session, builder, configuration, references, settings)
