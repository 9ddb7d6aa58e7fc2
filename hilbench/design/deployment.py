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

_ATTEMPTS = 4
"""Times that kernels are chosen anew where the linked image is too large."""
_NEAR = 0.97
"""Share of the flash from which on the linker is asked: predicted sizes are off by a percent or two."""


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


def planned_and_linked(
    network: NetworkSpec, registry: Registry, model: CostModel, room: Room, builder: Builder
) -> Deployment | None:
    """The network as `planned`, by kernels with which its image is no larger than the flash; None for none.

    Where the predicted size is near the flash, or layers run in bands, whose code is known once it is linked,
    the network is linked, and planned anew with as much less flash as it exceeds it by.

    Raises:
        BuildError: the firmware itself does not build.
    """
    flash = room.flash
    for _ in range(_ATTEMPTS):
        plan = planned(network, registry, model, Room(room.ram, flash))
        if plan is None:
            return None
        layers = {step.layer for step in plan.program.schedule.steps}
        if not plan.is_banded and sum(map(model.flash_bytes, layers)) < _NEAR * room.flash:
            return plan
        excess = _linked_excess(plan, builder, room.flash)
        if excess <= 0:
            return plan
        flash -= excess
    return None


def _linked_excess(plan: Deployment, builder: Builder, flash: int) -> int:
    """Bytes by which the linked program exceeds a flash; 0 where it fails for another reason."""
    built = builder.build([plan.program])
    for _, error in built.refused:
        return error.excess if isinstance(error, DoesNotFit) and error.memory == "flash" else 0
    packed = next(packed for image in built.images for packed in image.workloads)
    return packed.code_bytes + packed.constant_bytes - flash


def energy_uj(deployment: Deployment, model: CostModel) -> float | None:
    """Predicted energy of one run, µJ; None where nobody knows the chip's."""
    steps = zip(deployment.program.schedule.steps, deployment.predicted_cycles, strict=True)
    found = [model.energy_j(step.layer, cycles) for step, cycles in steps]
    return None if None in found else sum(filter(None, found)) * 1e6


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
